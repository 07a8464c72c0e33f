/** The Docker engine itself: what it says of images, what it exports, and how it fails. */
import { execFile } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { connectDockerEngine } from "../../packages/core/src/source/engine/docker-engine.ts";
import type { Engine, EngineImage } from "../../packages/core/src/source/engine/engine.ts";
import type { EngineAddress } from "../../packages/core/src/source/engine/engine-address.ts";
import { ROOT } from "../cli/command.ts";
import { temporaryPath } from "../temporary-directory.ts";
import { archiveMembers, chunksOf } from "./archive-members.ts";
import { type RunningEngine, startDocker } from "./engines.ts";
import { largeTar, openConnections } from "./large-tar.ts";

const started = await startDocker(temporaryPath("docker"));
const why = typeof started === "string" ? ` (skipped: ${started})` : "";
const docker = started as RunningEngine;

describe.skipIf(why)(`Docker's engine${why}`, () => {
  let engine: Engine;
  const at = (more: Partial<EngineAddress> = {}): EngineAddress => ({
    url: `unix://${docker.socket}`,
    origin: "DOCKER_HOST",
    isExplicit: true,
    ...more,
  });

  beforeAll(async () => {
    for (const name of ["edge-empty", "edge-names", "edge-whiteout"]) {
      await docker.run(["load", "--input", join(ROOT, "fixtures/images", name, "docker-save-20.10.tar")]);
    }
    const withoutLayers = join(ROOT, "fixtures/images/edge-zero/docker-save-26-dk26cs.tar");
    await docker.run(["load", "--input", withoutLayers]);
    await docker.run(["tag", "edge-empty", "registry.example.com:5000/team/app:1.0"]);
    await docker.run(["import", "-", "large"], await largeTar());
    engine = await connectDockerEngine(at(), "docker");
  });

  afterAll(async () => {
    await engine?.[Symbol.asyncDispose]();
    await docker.stop();
  });

  const find = async (name: string): Promise<EngineImage> => {
    const image = await engine.findImage(name, undefined);
    if (!image) throw new Error(`there is no ${name}`);
    return image;
  };
  const idOf = async (name: string) => (await docker.run(["inspect", "--format={{.Id}}", name])).stdout.trim();

  test("says what it is and where", () => {
    expect(engine.title).toMatch(/^Docker Engine \d+\.\d+\.\d+ at unix:\/\//);
    expect(engine.kind).toBe("docker");
  });

  test("names its images", async () => {
    expect([...(await engine.imageNames())].sort()).toEqual([
      "edge-empty:latest",
      "edge-names:latest",
      "edge-whiteout:latest",
      "edge-zero:latest",
      "large:latest",
      "registry.example.com:5000/team/app:1.0",
    ]);
  });

  test("finds an image by name, tag, host and path, digest and the beginning of its ID", async () => {
    const id = await idOf("edge-empty");
    const names = [
      "edge-empty",
      "edge-empty:latest",
      "docker.io/library/edge-empty",
      "registry.example.com:5000/team/app:1.0",
    ];
    for (const name of [...names, id, id.slice("sha256:".length), id.slice(0, 15), id.slice("sha256:".length, 19)]) {
      expect((await find(name)).document?.id, name).toBe(id);
    }
  });

  test("says what the image's own configuration says", async () => {
    for (const name of ["edge-empty", "edge-names", "edge-whiteout"]) {
      const { document } = await find(name);
      const config = await configOf(join(ROOT, "fixtures/images", name, "docker-save-20.10.tar"));
      expect(document?.platform).toMatchObject({ os: config.os, architecture: config.architecture });
      expect(document?.config.env).toEqual(config.config.Env ?? []);
      expect(document?.config.cmd).toEqual(config.config.Cmd ?? []);
      expect(document?.config.labels).toEqual(config.config.Labels ?? {});
      expect(document?.layers.map(({ diffId }) => diffId)).toEqual(config.rootfs.diff_ids);
      expect(document?.config.history.map(({ createdBy, emptyLayer }) => [createdBy, emptyLayer])).toEqual(
        config.history.map((step) => [step.created_by, step.empty_layer === true]),
      );
    }
  });

  test("exports what docker save writes", async () => {
    const id = await idOf("edge-names");
    for (const name of ["edge-names", "edge-whiteout:latest", "registry.example.com:5000/team/app:1.0", id]) {
      const saved = await docker.run(["save", name]);
      const exported = await archiveMembers((await find(name)).export());
      expect(Object.keys(exported).length, name).toBeGreaterThan(3);
      expect(exported, name).toEqual(await archiveMembers(chunksOf(saved.bytes)));
    }
  });

  test("says that it cannot export an image without layers", async () => {
    const image = await find("edge-zero");
    expect(image.document?.layers).toEqual([]);
    await expect(archiveMembers(image.export())).rejects.toMatchObject({
      code: "no-content",
      message: expect.stringMatching(/: it cannot save an image without layers$/),
    });
  });

  test("tells about the bytes of an image", async () => {
    expect((await find("large")).bytes).toBe(100 * 2 ** 20);
  });

  test("has no image of another name, and nothing behind a name that is a path", async () => {
    for (const name of [
      "no-such",
      "edge-empty:2",
      "a/b/c",
      "..",
      "../containers",
      "a//b",
      "edge-empty/json?",
      "-x",
      "\0",
    ]) {
      expect(await engine.findImage(name, undefined), name).toBeUndefined();
    }
  });

  test("says what is wrong with a name that no image can have", async () => {
    await expect(engine.findImage("Edge-Empty", undefined)).rejects.toMatchObject({
      code: "invalid-reference",
      message: expect.stringContaining("repository name must be lowercase"),
    });
  });

  test("has the platform of an image, and no other", async () => {
    const { platform } = (await find("edge-empty")).document ?? {};
    const own = `${platform?.os}/${platform?.architecture}`;
    expect(await engine.findImage("edge-empty", own)).toBeDefined();
    await expect(engine.findImage("edge-empty", "linux/s390x")).rejects.toMatchObject({
      code: "no-such-platform",
      choices: [own],
      hint: expect.stringContaining("docker pull --platform linux/s390x"),
    });
    await expect(engine.findImage("edge-empty", "linux")).rejects.toMatchObject({ code: "invalid-option" });
  });

  test("finds a container with its image, its changes and its files", async () => {
    const created = await docker.run(["create", "--name=box", "--volume=/data", "edge-whiteout", "/x"]);
    expect(created.stderr).toBe("");
    for (const name of ["box", created.stdout.trim().slice(0, 12)]) {
      const container = await engine.findContainer?.(name);
      expect(container?.name).toBe("box");
      expect(container?.image.document?.id).toBe(await idOf("edge-whiteout"));
      expect(container?.files.mounts).toEqual(["/data"]);
      expect(await container?.files.changes()).toEqual([]);
      const archive = container?.files.archive("/conf");
      expect(archive && Object.keys(await archiveMembers(archive))).toContain("conf/app.conf");
      const missing = async () => archiveMembers(container?.files.archive("/none") ?? chunksOf(new Uint8Array()));
      await expect(missing()).rejects.toMatchObject({ code: "no-such-path" });
    }
    expect(await engine.findContainer?.("no-such")).toBeUndefined();
  });

  test("ends an export at once when it is stopped, and leaves no connection", async () => {
    const stop = new AbortController();
    let bytes = 0;
    let stopped = 0;
    const reading = async () => {
      for await (const chunk of (await find("large")).export(stop.signal)) {
        bytes += chunk.length;
        if (bytes < 2 ** 20 || stopped) continue;
        expect(openConnections(docker.socket)).toBeGreaterThan(0);
        stopped = performance.now();
        stop.abort();
      }
    };
    await expect(reading()).rejects.toMatchObject({ code: "aborted" });
    expect(performance.now() - stopped).toBeLessThan(10_000);
    expect(bytes).toBeLessThan(50 * 2 ** 20);
    await expect.poll(() => openConnections(docker.socket), { timeout: 5000 }).toBe(0);
  });

  test("ends an export that nobody reads any further", async () => {
    for await (const _ of (await find("large")).export()) break;
    await expect.poll(() => openConnections(docker.socket), { timeout: 5000 }).toBe(0);
  });

  test("does not begin when it was stopped before", async () => {
    const signal = AbortSignal.abort();
    await expect(engine.findImage("edge-empty", undefined, signal)).rejects.toMatchObject({ code: "aborted" });
    await expect(connectDockerEngine(at(), "docker", { signal })).rejects.toMatchObject({ code: "aborted" });
  });

  test("speaks the version of the API that is asked for, and says when it is too new or too old", async () => {
    await using old = await connectDockerEngine(at({ apiVersion: "1.30" }), "docker");
    expect((await old.findImage("edge-empty", undefined))?.document?.id).toBe(await idOf("edge-empty"));
    for (const [apiVersion, word] of [
      ["1.99", "new"],
      ["1.2", "old"],
    ] as const) {
      await expect(connectDockerEngine(at({ apiVersion }), "docker")).rejects.toMatchObject({
        code: "invalid-option",
        message: expect.stringMatching(new RegExp(`client version ${apiVersion} is too ${word}`)),
        hint: expect.stringContaining("DOCKER_API_VERSION"),
      });
    }
  });

  test("does not mind what the environment of the process says", async () => {
    vi.stubEnv("DOCKER_HOST", "no://such place");
    try {
      await using other = await connectDockerEngine(at(), "docker");
      expect(other.title).toBe(engine.title);
      expect(process.env.DOCKER_HOST).toBe("no://such place");
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test("does not let somebody else use its socket", async () => {
    chmodSync(dirname(dirname(docker.socket)), 0o755);
    chmodSync(dirname(docker.socket), 0o755);
    chmodSync(docker.socket, 0o660);
    const module = pathToFileURL(join(ROOT, "packages/core/dist/source/engine/docker-engine.js")).href;
    const script = `
      const { connectDockerEngine } = await import(${JSON.stringify(module)});
      const { code, message, hint } = await connectDockerEngine(${JSON.stringify(at())}, "docker").catch((error) => error);
      console.log(JSON.stringify({ code, message, hint }));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
      uid: 65534,
      gid: 65534,
    });
    expect(JSON.parse(stdout)).toEqual({
      code: "refused",
      message: `Docker at unix://${docker.socket} (DOCKER_HOST): no permission to use its socket`,
      hint: expect.stringContaining("group docker"),
    });
  });

  // The last one: nothing answers afterwards.
  test("says so when it dies in the middle of an export", async () => {
    const reading = async () => {
      let bytes = 0;
      for await (const chunk of (await find("large")).export()) {
        if (bytes === 0) await docker.kill();
        bytes += chunk.length;
      }
      return bytes;
    };
    await expect(reading()).rejects.toMatchObject({ code: "truncated" });
    await expect(engine.findImage("large", undefined)).rejects.toMatchObject({
      code: "no-engine",
      message: expect.stringContaining("connection refused"),
    });
  });
});

interface SavedConfig {
  readonly os: string;
  readonly architecture: string;
  readonly config: { readonly Env?: string[]; readonly Cmd?: string[]; readonly Labels?: Record<string, string> };
  readonly rootfs: { readonly diff_ids: string[] };
  readonly history: readonly { readonly created_by: string; readonly empty_layer?: boolean }[];
}

/** The configuration in an archive, found as its only member of that name. */
async function configOf(path: string): Promise<SavedConfig> {
  const { extract } = await import("tar-stream");
  const { Readable } = await import("node:stream");
  for await (const entry of Readable.from([readFileSync(path)]).pipe(extract())) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) chunks.push(chunk as Uint8Array);
    if (/^[0-9a-f]{64}\.json$/.test(entry.header.name)) return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  }
  throw new Error(`no configuration in ${path}`);
}
