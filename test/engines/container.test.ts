/** Containers of real engines: their image and the layer that is made of their changes are what the engine exports. */
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dockerSaveNew } from "../../fixtures/build/image.ts";
import { dir, file, hardlink, opaque, symlink, tar } from "../../fixtures/build/tar.ts";
import { containerLayer } from "../../packages/core/src/archive/container-layer.ts";
import { connectDockerEngine } from "../../packages/core/src/source/engine/docker-engine.ts";
import type { Engine, EngineContainer } from "../../packages/core/src/source/engine/engine.ts";
import { membersOf } from "../../packages/core/test/archive/read-tar.ts";
import { withScan } from "../../packages/core/test/tree/scan-layers.ts";
import { changeLines } from "../../packages/core/test/tree/tree-rows.ts";
import { temporaryPath } from "../temporary-directory.ts";
import { type RunningEngine, startDocker, startPodman } from "./engines.ts";

const BUSYBOX = "/bin/busybox";
const PROGRAMS = [
  "sh",
  "chmod",
  "chown",
  "dd",
  "echo",
  "ln",
  "mkdir",
  "mkfifo",
  "mknod",
  "mv",
  "printf",
  "rm",
  "sleep",
  "touch",
];

const old = (path: string) => file(path, `old ${path}`, { mtime: 1_600_000_000 });
const base = tar([
  dir("bin"),
  file("bin/busybox", existsSync(BUSYBOX) ? readFileSync(BUSYBOX) : "", { mode: 0o755 }),
  ...PROGRAMS.map((name) => symlink(`bin/${name}`, "busybox")),
  ...["replaced", "replaced/sub", "emptied", "gone", "renamed", "modes", "tofile", "keep", "data"].flatMap((path) => [
    dir(path),
    old(`${path}/old`),
  ]),
  ...["changed", "filetodir", "removed", "touched"].map(old),
  file("linked-1", "linked"),
  hardlink("linked-2", "linked-1"),
  file(Buffer.from("keep/raw\xff", "latin1"), "raw"),
]);

/** Version 2, permitted: binding low ports. */
const CAPABILITY = Buffer.from("0100000200040000000000000000000000000000", "hex");

const COMMANDS = `
rm -r /replaced; mkdir /replaced; echo new > /replaced/new; mkdir /replaced/sub; echo other > /replaced/sub/old
rm -r /emptied; mkdir /emptied; rm -r /gone; mv /renamed /moved
chmod 700 /modes; chmod 4755 /modes/old; chown 5:6 /keep/old
rm -r /tofile; echo file > /tofile; rm /removed; touch /touched; echo more >> /changed
mkdir -p /new/a/b; echo 1 > /new/a/one; ln /new/a/one /new/a/two; ln -s a /new/link; ln -s /changed /link; mkfifo /new/fifo
echo more >> /linked-1
dd if=/bin/busybox of=/new/large bs=1M count=1; dd if=/dev/zero of=/zeros bs=1M count=20
echo n > "/keep/$(printf 'new\\377')"; echo m >> "/keep/$(printf 'raw\\377')"; echo x > "/$(printf 'top\\302\\377')"
echo y > '/new line
x'; echo z > '/%41 +&?#'; echo 'é' > /é; echo > /new/${"n".repeat(200)}
echo v > /data/in-volume; mkdir /mounted-beside; echo own > /more/own; rm /bin/touch
`;
/** Podman 4 cannot list what is in a directory that was a file, and containers may not make devices there. */
const DOCKER_ONLY = "rm /filetodir; mkdir /filetodir; echo q > /filetodir/q; mknod /device c 1 3";

/** What an engine puts into every container, and where it mounts something. */
const OF_THE_ENGINE = /^(\.dockerenv|(dev|etc|proc|run|sys|tmp|var)(\/.*)?|data|more\/(volume|file))$/;

const ENGINES = [
  { kind: "docker", name: "Docker", start: startDocker, commands: COMMANDS + DOCKER_ONLY, options: [] },
  {
    kind: "podman",
    name: "Podman",
    start: startPodman,
    commands: COMMANDS,
    options: ["--ulimit=nofile=1024:1024", "--ulimit=nproc=4096:4096"],
  },
] as const;

for (const { kind, name, start, commands, options } of ENGINES) {
  const started = existsSync(BUSYBOX) ? await start(temporaryPath(`containers-${kind}`)) : `no ${BUSYBOX}`;
  const why = typeof started === "string" ? ` (skipped: ${started})` : "";
  const running = started as RunningEngine;

  describe.skipIf(why)(`${name}'s containers${why}`, () => {
    let engine: Engine;

    beforeAll(async () => {
      await succeeds(["import", "-", "base:1"], base);
      const url = `unix://${running.socket}`;
      engine = await connectDockerEngine({ url, origin: "test", isExplicit: true }, kind);
    });

    afterAll(async () => {
      await engine?.[Symbol.asyncDispose]();
      await running.stop();
    });

    const succeeds = async (args: readonly string[], input?: Uint8Array): Promise<Buffer> => {
      const { code, bytes, stderr } = await running.run(args, input);
      expect(code, stderr).toBe(0);
      return bytes;
    };
    const create = (container: string, shell: string) =>
      succeeds([
        ...["create", `--name=${container}`, "--network=none", ...options],
        ...["--volume=data:/data", "--volume=more:/more/volume", `--volume=${BUSYBOX}:/more/file:ro`],
        ...["base:1", "/bin/sh", "-c", shell],
      ]);
    const find = async (container: string): Promise<EngineContainer> => {
      const found = await engine.findContainer?.(container);
      if (!found) throw new Error(`there is no container ${container}`);
      return found;
    };
    const layerOf = async (container: string): Promise<Buffer> => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of containerLayer((await find(container)).files)) chunks.push(chunk);
      return Buffer.concat(chunks);
    };
    /** What differs between image and layer on one side and what the engine exports on the other. */
    const differences = async (container: string): Promise<string[]> => {
      const exported = temporaryPath(`${kind}-${container}.tar`);
      await succeeds(["export", `--output=${exported}`, container]);
      const all = Buffer.concat([tar([opaque("")], { end: "none" }), readFileSync(exported)]);
      return withScan(dockerSaveNew({ layers: [base, await layerOf(container), all] }), (image) => {
        expect(image.errors).toEqual([]);
        const ofTheExport = changeLines(image).flatMap((line) => (line.startsWith("2 ") ? [line.slice(2)] : []));
        return ofTheExport.filter(
          (line) => !line.endsWith(" identical") && !OF_THE_ENGINE.test(line.replace(/ .*/, "")),
        );
      });
    };

    test("are their image with their layer, whatever was done in them", { timeout: 120_000 }, async () => {
      await create("changed", commands);
      await succeeds(
        ["cp", "-", "changed:/"],
        tar([file("capable", "x", { xattrs: { "security.capability": CAPABILITY } })]),
      );
      await succeeds(["start", "--attach", "changed"]);
      expect(await differences("changed")).toEqual([]);
      const members = await membersOf(await layerOf("changed"));
      expect(members.find(({ path }) => path === "capable")?.xattrs["security.capability"]).toBe(
        CAPABILITY.toString("latin1"),
      );
      expect(members.find(({ path }) => path === "new/a/two")).toMatchObject({ type: "link", link: "new/a/one" });
      expect(members.filter(({ path }) => path.startsWith("data/") || path.startsWith("more/volume"))).toEqual([]);
    });

    test("give an empty layer before they were started", async () => {
      await create("fresh", "true");
      const paths = (await membersOf(await layerOf("fresh"))).map(({ path }) => path.replace(/\/$/, ""));
      // Podman makes the places for its own mounts at once.
      expect(paths.filter((path) => path !== "more" && !OF_THE_ENGINE.test(path))).toEqual([]);
    });

    test("go on running as they were", async () => {
      await create("running", "echo 1 > /one; while :; do echo 2 > /two; rm /two; done");
      await succeeds(["start", "running"]);
      const state = async () =>
        (
          await succeeds(["inspect", "--format={{.State.Status}} {{.State.Pid}} {{.State.Paused}}", "running"])
        ).toString();
      const images = await succeeds(["images", "--quiet", "--all"]);
      const before = await state();
      for (let count = 0; count < 5; count++) {
        const paths = (await membersOf(await layerOf("running"))).map(({ path }) => path);
        expect(paths).toContain("one");
        expect(paths).not.toContain(".wh.two");
      }
      expect(before).toMatch(/^running \d+ false/);
      expect(await state()).toBe(before);
      expect(await succeeds(["images", "--quiet", "--all"])).toEqual(images);
      await succeeds(["kill", "running"]);
    });
  });
}
