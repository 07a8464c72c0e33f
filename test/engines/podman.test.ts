/** Podman's service, at its own place and where Docker is looked for. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectDockerEngine } from "../../packages/core/src/source/engine/docker-engine.ts";
import type { Engine, EngineImage } from "../../packages/core/src/source/engine/engine.ts";
import { ROOT } from "../cli/command.ts";
import { temporaryPath } from "../temporary-directory.ts";
import { archiveMembers, chunksOf } from "./archive-members.ts";
import { type RunningEngine, startPodman } from "./engines.ts";
import { largeTar, openConnections } from "./large-tar.ts";

const started = await startPodman(temporaryPath("podman"));
const why = typeof started === "string" ? ` (skipped: ${started})` : "";
const podman = started as RunningEngine;

describe.skipIf(why)(`Podman's service${why}`, () => {
  let engine: Engine;
  const address = () => ({ url: `unix://${podman.socket}`, origin: "CONTAINER_HOST", isExplicit: true });

  beforeAll(async () => {
    for (const name of ["edge-empty", "edge-whiteout"]) {
      await podman.run(["load", "--input", join(ROOT, "fixtures/images", name, "docker-save-20.10.tar")]);
    }
    await podman.run(["tag", "edge-empty", "registry.example.com:5000/team/app:1.0"]);
    await podman.run(["import", "-", "large"], await largeTar());
    engine = await connectDockerEngine(address(), "podman");
  });

  afterAll(async () => {
    await engine?.[Symbol.asyncDispose]();
    await podman.stop();
  });

  const find = async (name: string): Promise<EngineImage> => {
    const image = await engine.findImage(name, undefined);
    if (!image) throw new Error(`there is no ${name}`);
    return image;
  };
  const inspect = async (name: string, what: string) =>
    (await podman.run(["inspect", `--format={{${what}}}`, name])).stdout.trim();

  test("says what it is, also where Docker is looked for", async () => {
    expect(engine.title).toMatch(/^Podman Engine \d+\.\d+\.\d+ at unix:\/\//);
    await using other = await connectDockerEngine({ ...address(), apiVersion: "1.40" }, "docker");
    expect(other.title).toBe(engine.title);
    expect((await other.findImage("edge-empty", undefined))?.bytes).toBeGreaterThan(0);
  });

  test("names its images", async () => {
    expect([...(await engine.imageNames())].sort()).toEqual([
      "localhost/edge-empty:latest",
      "localhost/edge-whiteout:latest",
      "localhost/large:latest",
      "registry.example.com:5000/team/app:1.0",
    ]);
  });

  test("finds an image by name, short name, host and path, digest and the beginning of its ID", async () => {
    const id = await inspect("edge-empty", ".Id");
    const digest = await inspect("edge-empty", ".Digest");
    const names = ["edge-empty", "localhost/edge-empty:latest", "registry.example.com:5000/team/app:1.0"];
    for (const name of [
      ...names,
      `edge-empty@${digest}`,
      id,
      `sha256:${id}`,
      id.slice(0, 12),
      `sha256:${id.slice(0, 12)}`,
    ]) {
      expect((await find(name)).document?.id, name).toBe(`sha256:${id}`);
    }
  });

  test("tells the history, also of layers without a file", async () => {
    const { config, layers } = (await find("edge-empty")).document ?? {};
    expect(layers).toHaveLength(6);
    expect(config?.history.filter(({ emptyLayer }) => !emptyLayer)).toHaveLength(6);
    expect(config?.history.at(-1)).toMatchObject({ createdBy: "ENV A=1", emptyLayer: true });
  });

  test("exports what podman save writes", async () => {
    for (const name of ["edge-empty", "localhost/edge-whiteout:latest", await inspect("edge-empty", ".Id")]) {
      const saved = await podman.run(["save", "--format=docker-archive", name]);
      const exported = await archiveMembers((await find(name)).export());
      expect(Object.keys(exported).length, name).toBeGreaterThan(3);
      expect(exported, name).toEqual(await archiveMembers(chunksOf(saved.bytes)));
    }
  });

  test("has no image of another name", async () => {
    for (const name of ["no-such", "edge-empty:2", "..", "a//b", "Edge-Empty"]) {
      expect(await engine.findImage(name, undefined), name).toBeUndefined();
    }
    await expect(engine.findImage("edge-empty", "linux/s390x")).rejects.toMatchObject({
      code: "no-such-platform",
      hint: expect.stringContaining("podman pull --platform linux/s390x"),
    });
  });

  test("finds a container with its image and its files", async () => {
    const created = await podman.run([
      "create",
      "--name=box",
      "--network=none",
      "--volume=/data",
      "edge-whiteout",
      "/x",
    ]);
    expect(created.code, created.stderr).toBe(0);
    const container = await engine.findContainer?.("box");
    expect(container?.name).toBe("box");
    expect(container?.image.document?.names).toEqual(["localhost/edge-whiteout:latest"]);
    expect(container?.files.mounts).toEqual(["/data"]);
    const archive = container?.files.archive("/conf");
    expect(archive && Object.keys(await archiveMembers(archive))).toContain("conf/app.conf");
    expect(await engine.findContainer?.("no-such")).toBeUndefined();
  });

  test("ends an export at once when it is stopped, and leaves no connection", async () => {
    const stop = new AbortController();
    let stopped = 0;
    const reading = async () => {
      for await (const _ of (await find("large")).export(stop.signal)) {
        stopped ||= performance.now();
        stop.abort();
      }
    };
    await expect(reading()).rejects.toMatchObject({ code: "aborted" });
    expect(performance.now() - stopped).toBeLessThan(10_000);
    await expect.poll(() => openConnections(podman.socket), { timeout: 5000 }).toBe(0);
  });

  // The last one: nothing answers afterwards.
  test("says so when it dies in the middle of an export", async () => {
    const reading = async () => {
      let bytes = 0;
      for await (const chunk of (await find("large")).export()) {
        if (bytes === 0) await podman.kill();
        bytes += chunk.length;
      }
      return bytes;
    };
    await expect(reading()).rejects.toMatchObject({ code: "truncated" });
    await expect(engine.findImage("large", undefined)).rejects.toMatchObject({
      code: "no-engine",
      hint: expect.stringContaining("podman.socket"),
    });
  });
});
