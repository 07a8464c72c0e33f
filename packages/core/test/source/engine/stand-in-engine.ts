import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineAddress } from "../../../src/source/engine/engine-address.ts";

export interface StandIn extends AsyncDisposable {
  readonly directory: string;
  readonly socket: string;
  readonly address: EngineAddress;
  /** Paths with their queries, decoded, in the order they were asked for. */
  readonly asked: string[];
}

/** What answers return that have sent, or will send, by themselves. */
export const SENT = Symbol("sent");

export type Answers = (path: string, response: ServerResponse, request: IncomingMessage) => unknown;

const VERSION = { Version: "99.1", ApiVersion: "1.50" };

/** Something that says it is an engine and answers as the test wants: what is returned goes out as JSON, undefined as 404. */
export async function standInEngine(answers: Answers): Promise<StandIn> {
  const directory = mkdtempSync(join(tmpdir(), "layerscope-engine-"));
  const socket = join(directory, "engine.sock");
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "");
    asked.push(path);
    const answer = answers(path, response, request) ?? (path.endsWith("/version") ? VERSION : undefined);
    if (answer === SENT) return;
    if (answer === undefined) response.statusCode = 404;
    response.end(JSON.stringify(answer ?? { message: "there is none" }));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    directory,
    socket,
    address: { url: `unix://${socket}`, origin: "DOCKER_HOST", isExplicit: true },
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(directory, { recursive: true });
    },
  };
}

export const IMAGE_ID = `sha256:${"a".repeat(64)}`;
export const IMAGE = {
  Id: IMAGE_ID,
  Os: "linux",
  Architecture: "amd64",
  RootFS: { Layers: [`sha256:${"b".repeat(64)}`] },
};

/** Answers of an engine that has one image, whatever it is called, and sends its archive as the test wants. */
export const withArchive =
  (send: (response: ServerResponse) => void): Answers =>
  (path, response) => {
    if (path.endsWith("/get")) {
      send(response);
      return SENT;
    }
    if (path.endsWith("/history")) return [];
    return path.endsWith("/json") ? IMAGE : undefined;
  };
