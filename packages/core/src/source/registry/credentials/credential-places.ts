/** Where Docker and the containers tools keep credentials, in the order in which they are asked. */
import { join } from "node:path";
import { configDirectory, homeDirectory, type System, variable } from "../../engine/system.ts";

export interface CredentialPlace {
  /** The path, or the name of the variable. */
  readonly title: string;
  /** The document itself, where a variable holds it; undefined when it is the file at `title`. */
  readonly text: string | undefined;
  /** Whether the document is the list of registries and nothing else, as Docker wrote it before version 1.7. */
  readonly legacy: boolean;
  /** Whether the user named the file, so that it is odd when it is not there. */
  readonly named: boolean;
}

/** REGISTRY_AUTH_FILE stands for all files, and DOCKER_AUTH_CONFIG comes before any of them. */
export function credentialPlaces(system: System): CredentialPlace[] {
  const text = variable(system, "DOCKER_AUTH_CONFIG");
  const places = text === undefined ? [] : [{ title: "DOCKER_AUTH_CONFIG", text, legacy: false, named: true }];
  const named = variable(system, "REGISTRY_AUTH_FILE");
  if (named !== undefined) return [...places, file(named, { named: true })];

  const home = homeDirectory(system);
  const paths = new Set([
    join(containersDirectory(system), "auth.json"),
    join(configDirectory(system), "containers", "auth.json"),
    join(variable(system, "DOCKER_CONFIG") ?? join(home, ".docker"), "config.json"),
  ]);
  return [...places, ...Array.from(paths, (path) => file(path)), file(join(home, ".dockercfg"), { legacy: true })];
}

/** Where the containers tools write what they are told at a login. Root often has no session, so no runtime directory. */
function containersDirectory(system: System): string {
  if (system.platform !== "linux") return join(homeDirectory(system), ".config", "containers");
  const session = variable(system, "XDG_RUNTIME_DIR");
  return session === undefined ? `/run/containers/${system.userId}` : join(session, "containers");
}

function file(path: string, { legacy = false, named = false } = {}): CredentialPlace {
  return { title: path, text: undefined, legacy, named };
}
