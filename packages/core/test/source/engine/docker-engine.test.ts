import type { ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { connectDockerEngine } from "../../../src/source/engine/docker-engine.ts";
import type { Engine } from "../../../src/source/engine/engine.ts";
import { type Answers, IMAGE, IMAGE_ID, SENT, standInEngine, withArchive } from "./stand-in-engine.ts";

async function read(engine: Engine, wait = 0): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await engine.findImage("app", undefined))?.export() ?? []) {
    chunks.push(chunk);
    await setTimeout(wait);
  }
  return Buffer.concat(chunks).toString();
}

describe("an archive", () => {
  test("is what the engine sends, to its proper end", async () => {
    await using server = await standInEngine(withArchive((response) => response.end("the archive")));
    await using engine = await connectDockerEngine(server.address, "docker");
    expect(await read(engine)).toBe("the archive");
    expect(server.asked).toEqual(["/version", "/images/app/json", "/images/app/history", "/images/app/get"]);
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ["between two chunks", (response) => response.write("part", () => response.destroy())],
    [
      "before the length it has",
      (response) => response.writeHead(200, { "content-length": 100 }).write("part", () => response.destroy()),
    ],
  ])("that is cut %s ends in an error", async (_, send) => {
    await using server = await standInEngine(withArchive(send));
    await using engine = await connectDockerEngine(server.address, "docker");
    await expect(read(engine)).rejects.toMatchObject({
      code: "truncated",
      message: expect.stringContaining("closed the connection in the middle of its answer"),
    });
  });

  test("with an error of the engine behind it ends in that error", async () => {
    const failed = { errorDetail: { message: "no space left" }, error: "no space left" };
    const send = (response: ServerResponse) => {
      response.write(Buffer.alloc(512), () => setImmediate(() => response.end(`${JSON.stringify(failed)}\r\n`)));
    };
    await using server = await standInEngine(withArchive(send));
    await using engine = await connectDockerEngine(server.address, "docker");
    await expect(read(engine)).rejects.toMatchObject({
      code: "truncated",
      message: expect.stringMatching(/failed while saving the image: no space left$/),
    });
  });

  test("that does not go on is given up", async () => {
    await using server = await standInEngine(withArchive((response) => response.write("part")));
    await using engine = await connectDockerEngine(server.address, "docker", { times: { silence: 50 } });
    await expect(read(engine)).rejects.toMatchObject({
      code: "unreachable",
      message: expect.stringMatching(/: it sends nothing for 0.05 seconds$/),
    });
  });

  test("that does not begin is given up", async () => {
    await using server = await standInEngine(withArchive(() => {}));
    await using engine = await connectDockerEngine(server.address, "docker", { times: { archive: 50 } });
    await expect(read(engine)).rejects.toMatchObject({
      message: expect.stringMatching(/: it does not answer for 0.05 seconds$/),
    });
  });

  test("may be read as slowly as one likes", async () => {
    await using server = await standInEngine(withArchive((response) => response.end(Buffer.alloc(2 ** 18))));
    await using engine = await connectDockerEngine(server.address, "docker", { times: { silence: 40 } });
    expect(await read(engine, 80)).toHaveLength(2 ** 18);
  });

  test("that is stopped before it begins ends the request", async () => {
    let closed = false;
    await using server = await standInEngine(withArchive((response) => response.on("close", () => (closed = true))));
    await using engine = await connectDockerEngine(server.address, "docker");
    const found = await engine.findImage("app", undefined);
    const stop = new AbortController();
    const first = found?.export(stop.signal)[Symbol.asyncIterator]().next();
    await expect.poll(() => server.asked.at(-1)).toBe("/images/app/get");
    stop.abort();
    await expect(first).rejects.toMatchObject({ code: "aborted" });
    await expect.poll(() => closed).toBe(true);
  });

  test("that nobody reads any further ends the request", async () => {
    let closed = false;
    const send = (response: ServerResponse) => {
      response.on("close", () => (closed = true)).write(Buffer.alloc(2 ** 20));
    };
    await using server = await standInEngine(withArchive(send));
    await using engine = await connectDockerEngine(server.address, "docker");
    for await (const _ of (await engine.findImage("app", undefined))?.export() ?? []) break;
    await expect.poll(() => closed).toBe(true);
  });

  test("ends with the connection to its engine", async () => {
    await using server = await standInEngine(withArchive((response) => response.write("part")));
    const engine = await connectDockerEngine(server.address, "docker");
    const reading = expect(read(engine)).rejects.toMatchObject({ code: "aborted" });
    await expect.poll(() => server.asked.at(-1)).toBe("/images/app/get");
    await engine[Symbol.asyncDispose]();
    await reading;
  });
});

describe("an image for several platforms", () => {
  const stored = (architecture: string) => ({ ...IMAGE, Architecture: architecture, RepoDigests: [`app@${IMAGE_ID}`] });
  const query = '?platform={"os":"linux","architecture":"arm64"}';

  test("is asked for the platform that is wanted", async () => {
    await using server = await standInEngine((path, response) => {
      if (path.includes("/get")) return response.end("arm64") && SENT;
      if (path.includes("/history")) return [];
      return path.includes("/json") ? stored(path.endsWith(query) ? "arm64" : "amd64") : undefined;
    });
    await using engine = await connectDockerEngine(server.address, "docker");
    const found = await engine.findImage("app", "linux/arm64");
    expect(found?.document?.platform).toMatchObject({ architecture: "arm64" });
    for await (const _ of found?.export() ?? []);
    expect(server.asked.slice(3)).toEqual([
      `/images/app/json${query}`,
      `/images/app/history${query}`,
      `/images/app/get${query}`,
    ]);
  });

  test("shows only in its archive what it is, when the engine cannot be asked for it", async () => {
    await using server = await standInEngine((path) => {
      if (path.includes("/history")) return [];
      return path.includes("/json") ? stored("amd64") : undefined;
    });
    await using engine = await connectDockerEngine(server.address, "docker");
    expect(await engine.findImage("app", "linux/arm64")).toMatchObject({ document: undefined });
  });

  test("tells for which platforms it is there", async () => {
    const manifest = (architecture: string) => ({
      Kind: "image",
      Available: true,
      ImageData: { Platform: { os: "linux", architecture } },
    });
    await using server = await standInEngine((path) => {
      if (path.includes("/history")) return [];
      if (path.includes("platform=") || !path.includes("/json")) return undefined;
      return { ...stored("amd64"), ...(path.includes("manifests") && { Manifests: ["amd64", "s390x"].map(manifest) }) };
    });
    await using engine = await connectDockerEngine(server.address, "docker");
    await expect(engine.findImage("app", "linux/arm64")).rejects.toMatchObject({
      code: "no-such-platform",
      choices: ["linux/amd64", "linux/s390x"],
    });
  });
});

describe("what is not an engine, or not a good one", () => {
  const failure = async (answers: Answers, times = {}) => {
    await using server = await standInEngine(answers);
    return await connectDockerEngine(server.address, "docker", { times }).then(
      () => undefined,
      ({ code, message }) => ({ code, message: message.replace(server.address.url, "URL") }),
    );
  };

  const sending = (send: (response: ServerResponse) => unknown): Answers => {
    return (_, response) => {
      send(response);
      return SENT;
    };
  };

  test.each<[string, Answers, string, string]>([
    ["says something else", () => "hello", "unreachable", "it is no engine"],
    [
      "sends no JSON",
      sending((response) => response.end("<html>")),
      "unreachable",
      "it answers with something that is not JSON",
    ],
    [
      "sends nothing",
      sending((response) => response.end()),
      "unreachable",
      "it answers with something that is not JSON",
    ],
    ["has no such path", sending((response) => response.writeHead(404).end()), "unreachable", "it is no engine"],
    [
      "hangs up",
      sending((response) => response.destroy()),
      "unreachable",
      "it closed the connection without an answer",
    ],
    [
      "fails with secrets",
      sending((response) => response.writeHead(500).end('{"message":"no http://me:secret@host:1/x\\nis there."}')),
      "unreachable",
      "it failed: no http://host:1/x is there",
    ],
    ["refuses", sending((response) => response.writeHead(403).end()), "refused", "it does not allow that"],
    [
      "sends elsewhere",
      sending((response) => response.writeHead(307, { location: "http://127.0.0.1:1/" }).end()),
      "unreachable",
      "it answers with status 307",
    ],
    [
      "sends to nowhere",
      sending((response) => response.writeHead(301, { location: "no-such:thing" }).end()),
      "unreachable",
      "it answers with status 301",
    ],
  ])("one that %s", async (_, answers, code, problem) => {
    expect(await failure(answers)).toEqual({ code, message: `Docker at URL (DOCKER_HOST): ${problem}` });
  });

  test("one that does not answer", async () => {
    expect(await failure(() => SENT, { connect: 50 })).toEqual({
      code: "unreachable",
      message: "Docker at URL (DOCKER_HOST): it does not answer for 0.05 seconds",
    });
  });

  test.each([200, 500])("one that does not end, with status %d", async (status) => {
    const endless = sending((response) => {
      response.writeHead(status);
      const more = () => {
        while (!response.destroyed && response.write(SPACES));
      };
      response.on("drain", more);
      more();
    });
    const { message } = (await failure(endless)) ?? {};
    expect(message).toMatch(status === 200 ? /: its answer has more than \d+ bytes$/ : /: it answers with status 500$/);
  });
});

const SPACES = Buffer.alloc(2 ** 20, " ");
