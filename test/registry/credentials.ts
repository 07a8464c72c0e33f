/** What logins leave behind. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { temporaryPath } from "../temporary-directory.ts";
import type { Account } from "./registries.ts";

/** The environment of somebody who never logged in; whoever runs the tests may be. */
export function nobody(): NodeJS.ProcessEnv {
  const home = temporaryPath();
  return { HOME: home, XDG_RUNTIME_DIR: home, DOCKER_CONFIG: home, REGISTRY_AUTH_FILE: "", DOCKER_AUTH_CONFIG: "" };
}

/** Docker's config.json, in the environment of somebody who has nothing else. */
export function dockerConfig(config: object): NodeJS.ProcessEnv {
  const directory = temporaryPath();
  mkdirSync(directory);
  writeFileSync(join(directory, "config.json"), JSON.stringify(config));
  return { ...nobody(), DOCKER_CONFIG: directory };
}

/** What stands in `auths`. */
export function entryOf({ user, password }: Account): object {
  return { auth: Buffer.from(`${user}:${password}`).toString("base64") };
}

/** `docker-credential-test` on the path, which knows every registry. */
export function helperWith(answer: { Username: string; Secret: string }): NodeJS.ProcessEnv {
  const directory = temporaryPath();
  mkdirSync(directory);
  const path = join(directory, "docker-credential-test");
  const text = JSON.stringify({ ServerURL: "SERVER", ...answer });
  writeFileSync(path, `#!/bin/sh\nread -r server\n[ "$1" = get ] && printf '%s' '${text}' | sed "s/SERVER/$server/"\n`);
  chmodSync(path, 0o755);
  return { PATH: `${directory}${delimiter}${process.env.PATH}` };
}
