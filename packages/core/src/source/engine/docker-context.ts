/** Docker's contexts: named engines in files, as `docker context` keeps them. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { LayerscopeError } from "../../model/errors.ts";
import { invalidConfig, objectIn, readJsonConfig, textIn } from "../config-file.ts";
import { dockerDefaults } from "./docker-defaults.ts";
import type { EngineAddress } from "./engine-address.ts";
import { readTls } from "./engine-tls.ts";
import { parseHostUrl } from "./host-url.ts";
import { homeDirectory, namesIn, type System, variable } from "./system.ts";

/** Where Docker's command keeps its configuration. */
export function dockerConfigDirectory(system: System): string {
  return variable(system, "DOCKER_CONFIG") ?? join(homeDirectory(system), ".docker");
}

/**
 * The context that `docker context use` chose; undefined when none was.
 * @throws LayerscopeError `invalid-config`, `unreadable`, `limit-exceeded`
 */
export async function currentContext(system: System): Promise<string | undefined> {
  const path = join(dockerConfigDirectory(system), "config.json");
  return textIn(await readJsonConfig(path), "currentContext", path);
}

/**
 * Where the engine of a context is.
 * @throws LayerscopeError `no-engine` when there is no such context, `invalid-config`, `unreadable`, `limit-exceeded`
 */
export async function contextAddress(name: string, system: System): Promise<EngineAddress> {
  const contexts = join(dockerConfigDirectory(system), "contexts");
  const folder = createHash("sha256").update(name).digest("hex");
  const path = join(contexts, "meta", folder, "meta.json");
  const meta = await readJsonConfig(path);
  if (meta === undefined) throw await noSuchContext(name, contexts, system);
  const endpoint = objectIn(objectIn(meta, "Endpoints", path), "docker", path);
  if (endpoint === undefined) throw invalidConfig(path, `has no address of Docker for the context ${name}`);

  const tlsDirectory = join(contexts, "tls", folder, "docker");
  const verify = endpoint.SkipTLSVerify !== true;
  const isTls = !verify || (await namesIn(tlsDirectory)).length > 0;
  const origin = `context ${name}`;
  const { url, scheme, ssh } = parseHostUrl(
    textIn(endpoint, "Host", path) ?? (system.platform === "win32" ? "npipe://" : "unix://"),
    { name: origin, file: path },
    dockerDefaults(system, isTls),
  );
  const files = {
    ca: join(tlsDirectory, "ca.pem"),
    cert: join(tlsDirectory, "cert.pem"),
    key: join(tlsDirectory, "key.pem"),
  };
  const tls = isTls && scheme === "tcp" ? await readTls(files, verify) : undefined;
  return { url, origin, isExplicit: true, ...(ssh && { ssh }), ...(tls && { tls }) };
}

async function noSuchContext(name: string, contexts: string, system: System): Promise<LayerscopeError> {
  const choices = await contextNames(contexts);
  const who = variable(system, "DOCKER_CONTEXT")
    ? "DOCKER_CONTEXT"
    : `currentContext in ${join(dockerConfigDirectory(system), "config.json")}`;
  return new LayerscopeError("no-engine", `Docker has no context ${name}, which ${who} names`, {
    choices,
    hint: "Name one of these in DOCKER_CONTEXT.",
  });
}

/** Those that cannot be read are left out: they only help to find the right one. */
async function contextNames(contexts: string): Promise<string[]> {
  const names: string[] = ["default"];
  for (const folder of await namesIn(join(contexts, "meta"))) {
    const path = join(contexts, "meta", folder, "meta.json");
    try {
      const name = textIn(await readJsonConfig(path), "Name", path);
      if (name) names.push(name);
    } catch {}
  }
  return names.sort();
}
