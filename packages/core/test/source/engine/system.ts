/** Machines and users for the search for engines. */
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { temporaryPath } from "../../../../../test/temporary-directory.ts";
import { LayerscopeError } from "../../../src/model/errors.ts";
import type { System } from "../../../src/source/engine/system.ts";
import { thisSystem } from "../../../src/source/engine/system.ts";

/** A home directory with files in it; what is not text is written as JSON. */
export function homeWith(files: Readonly<Record<string, unknown>> = {}): string {
  const home = temporaryPath();
  mkdirSync(home);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  return home;
}

/** A Linux machine on which user 1000 has this home and these variables; only sockets in these places are there. */
export function systemOf(
  home: string,
  env: NodeJS.ProcessEnv = {},
  sockets: readonly string[] = [],
  rest: Partial<System> = {},
): System {
  const socketAt = async (path: string) => (sockets.includes(path) ? path : undefined);
  return { env: { HOME: home, USERPROFILE: home, ...env }, platform: "linux", userId: 1000, socketAt, ...rest };
}

/** Sockets as they are on this machine's disk. */
export const { socketAt: socketOnDisk } = thisSystem({});

/** Something listens at the path, and keeps nobody waiting for its end. */
export async function listenAt(path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const server = createServer().unref();
  await new Promise<void>((listening) => server.listen(path, listening));
}

/** The error that the promise ends with. */
export async function errorOf(promise: Promise<unknown>): Promise<LayerscopeError> {
  const thrown = await promise.then(
    () => expect.fail("nothing was thrown"),
    (thrown: unknown) => thrown,
  );
  expect(thrown).toBeInstanceOf(LayerscopeError);
  return thrown as LayerscopeError;
}
