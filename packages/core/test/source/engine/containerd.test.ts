import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connectContainerd } from "../../../src/source/engine/containerd.ts";
import { choosePlatform, findListed, parseImageList } from "../../../src/source/engine/containerd-images.ts";
import type { Engine, EngineImage } from "../../../src/source/engine/engine.ts";
import { programOutput, runProgram } from "../../../src/source/engine/run-program.ts";

let directory: string;
let server: Server | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "layerscope-test-"));
});
afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(directory, { recursive: true });
});

/** A command that does what a script of the shell says. */
function program(name: string, script: string): string {
  const path = join(directory, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}
const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({ PATH: directory, ...more });

/** What listens where containerd would. */
async function listening(): Promise<string> {
  const path = join(directory, "containerd.sock");
  const listener = createServer((socket) => socket.destroy());
  server = listener;
  await new Promise<void>((resolve) => listener.listen(path, resolve));
  return path;
}

async function connected(more: NodeJS.ProcessEnv = {}): Promise<Engine> {
  const engine = await connectContainerd(env(more));
  if (!engine) throw new Error("nothing is installed");
  return engine;
}

async function exported(image: EngineImage | undefined): Promise<string> {
  if (!image) throw new Error("it was not found");
  const all: Uint8Array[] = [];
  for await (const chunk of image.export()) all.push(chunk);
  return Buffer.concat(all).toString();
}

const DIGEST = `sha256:${"ab".repeat(32)}`;
const OTHER = `sha256:abab${"cd".repeat(30)}`;
const TABLE = `REF TYPE DIGEST SIZE PLATFORMS LABELS
docker.io/library/nginx:latest      application/vnd.oci.image.index.v1+json ${DIGEST} 1.5 MiB linux/amd64,linux/arm64,unknown/unknown -
registry.example:5000/team/app:1.0  application/vnd.oci.image.manifest.v1+json ${OTHER} 512.0 B linux/s390x a=b,c=d
import-2026-01-01@${OTHER} application/vnd.oci.image.manifest.v1+json ${OTHER} 0.0 B - -
`;

describe("connecting", () => {
  test("gives nothing where neither command is installed", async () => {
    expect(await connectContainerd(env())).toBeUndefined();
  });

  test("takes no command from a relative directory", async () => {
    program("ctr", "exit 0");
    expect(await connectContainerd({ PATH: ".:bin:" })).toBeUndefined();
  });

  test("says when nothing listens at the address, without asking ctr", async () => {
    program("ctr", `touch ${directory}/asked`);
    await expect(connected({ CONTAINERD_ADDRESS: join(directory, "none.sock") })).rejects.toMatchObject({
      code: "no-engine",
      message: expect.stringMatching(/^containerd at .*none\.sock \(ctr, namespace default\): nothing listens/),
      hint: expect.stringContaining("CONTAINERD_ADDRESS"),
    });
  });

  test("says what it is, where and in which namespace", async () => {
    program("ctr", "exit 0");
    const address = await listening();
    const engine = await connected({ CONTAINERD_ADDRESS: address, CONTAINERD_NAMESPACE: "k8s.io" });
    expect(engine.kind).toBe("containerd");
    expect(engine.title).toBe(`containerd at ${address} (ctr, namespace k8s.io)`);
  });

  test("prefers nerdctl, and falls back to ctr when it fails", async () => {
    program("nerdctl", "exit 0");
    program("ctr", "exit 0");
    const CONTAINERD_ADDRESS = await listening();
    expect((await connected({ CONTAINERD_ADDRESS })).title).toContain("nerdctl");
    program("nerdctl", "echo rootless containerd not running >&2; exit 1");
    expect((await connected({ CONTAINERD_ADDRESS })).title).toContain("(ctr,");
  });

  test.each([
    ["permission denied", "refused"],
    ['cannot access containerd socket "/run/x": no such file or directory', "no-engine"],
    ["out of order", "unreachable"],
  ])("says %s as %s, with the last lines of the complaint", async (complaint, code) => {
    program("nerdctl", `printf 'first\\nsecond\\nthird\\n${complaint}\\n' >&2; exit 3`);
    await expect(connected()).rejects.toMatchObject({
      code,
      message: expect.stringContaining(`second; third; ${complaint}`),
    });
  });
});

describe("ctr", () => {
  const ctr = async (script: string): Promise<Engine> => {
    const list = `if [ "$1" = version ]; then exit 0; fi; if [ "$1 $2" = "images ls" ]; then cat <<'EOF'\n${TABLE}EOF\nexit 0; fi`;
    program("cat", 'exec /bin/cat "$@"');
    program("ctr", `${list}\n${script}`);
    return connected({ CONTAINERD_ADDRESS: await listening() });
  };

  test("exports by the whole name what is named as people do", async () => {
    const engine = await ctr('echo "$@"');
    const image = await engine.findImage("nginx", undefined);
    expect(image?.bytes).toBe(1.5 * 2 ** 20);
    expect(image?.document).toBeUndefined();
    expect(await exported(image)).toBe("images export - docker.io/library/nginx:latest\n");
  });

  test("asks for a platform, and for the only one where it is not this machine's", async () => {
    const engine = await ctr('echo "$@"');
    const arm = await engine.findImage("nginx", "linux/arm64");
    expect(await exported(arm)).toContain("--platform linux/arm64 -");
    const only = await engine.findImage("registry.example:5000/team/app:1.0", undefined);
    expect(await exported(only)).toContain("--platform linux/s390x -");
  });

  test("knows no other names", async () => {
    const engine = await ctr("exit 1");
    expect(await engine.findImage("nginx:1", undefined)).toBeUndefined();
    expect(await engine.findImage("--help", undefined)).toBeUndefined();
    expect(await engine.imageNames()).toHaveLength(3);
  });

  test("an export that fails says why", async () => {
    const engine = await ctr("printf begin; echo 'ctr: content digest sha256:1: not found' >&2; exit 1");
    const image = await engine.findImage("nginx", undefined);
    await expect(exported(image)).rejects.toMatchObject({
      code: "missing-blob",
      message: expect.stringContaining("ctr: content digest sha256:1: not found"),
    });
  });
});

describe("nerdctl", () => {
  const nerdctl = async (): Promise<Engine> => {
    program(
      "nerdctl",
      `case "$*" in
      "images --quiet") ;;
      "images --format {{.Repository}}:{{.Tag}}") printf 'nginx:latest\\n<none>:<none>\\n' ;;
      "image inspect --format {{.Id}} nginx") echo ${DIGEST} ;;
      image*) echo 'level=fatal msg="1 errors: [no such image: none]"' >&2; exit 1 ;;
      *) echo "$@" ;;
      esac`,
    );
    return connected();
  };

  test("resolves names by itself", async () => {
    const engine = await nerdctl();
    const image = await engine.findImage("nginx", "linux/arm64");
    expect(await exported(image)).toBe("save --platform linux/arm64 nginx\n");
    expect(await engine.findImage("none", undefined)).toBeUndefined();
    expect(await engine.findImage("--all", undefined)).toBeUndefined();
    expect(await engine.imageNames()).toEqual(["nginx:latest"]);
  });
});

describe("the list of images", () => {
  const images = parseImageList(TABLE);

  test("is read column by column", () => {
    expect(images).toEqual([
      {
        name: "docker.io/library/nginx:latest",
        digest: DIGEST,
        bytes: 1.5 * 2 ** 20,
        platforms: ["linux/amd64", "linux/arm64"],
      },
      { name: "registry.example:5000/team/app:1.0", digest: OTHER, bytes: 512, platforms: ["linux/s390x"] },
      { name: `import-2026-01-01@${OTHER}`, digest: OTHER, bytes: undefined, platforms: [] },
    ]);
  });

  test.each([
    ["nginx", "docker.io/library/nginx:latest"],
    ["library/nginx:latest", "docker.io/library/nginx:latest"],
    ["docker.io/nginx", "docker.io/library/nginx:latest"],
    [`nginx@${DIGEST}`, "docker.io/library/nginx:latest"],
    [DIGEST, "docker.io/library/nginx:latest"],
    ["ababab", "docker.io/library/nginx:latest"],
    ["registry.example:5000/team/app:1.0", "registry.example:5000/team/app:1.0"],
    [`import-2026-01-01@${OTHER}`, `import-2026-01-01@${OTHER}`],
    ["nginx:1", undefined],
    [`httpd@${DIGEST}`, undefined],
    ["registry.example:5000/team/app", undefined],
  ])("%s means %s", (name, whole) => {
    expect(findListed(images, name)?.name).toBe(whole);
  });

  test("the beginning of two digests means neither", () => {
    expect(() => findListed(images, "abab")).toThrow(
      expect.objectContaining({ code: "ambiguous-image", choices: [DIGEST, OTHER] }),
    );
  });

  test("a platform that the image does not have is an error that says which it has", () => {
    const [image] = images;
    expect(() => image && choosePlatform(image, "windows/amd64")).toThrow(
      expect.objectContaining({ code: "no-such-platform", choices: ["linux/amd64", "linux/arm64"] }),
    );
    expect(() => image && choosePlatform(image, "windows")).toThrow(
      expect.objectContaining({ code: "invalid-option" }),
    );
  });
});

describe("a program", () => {
  const isRunning = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  const ENDLESS = "echo $$; while :; do echo more; done";
  const firstOf = async (chunks: AsyncGenerator<Uint8Array>): Promise<number> =>
    Number.parseInt(Buffer.from((await chunks.next()).value as Uint8Array).toString(), 10);

  test("is ended when its receiver stops", async () => {
    const output = programOutput(program("endless", ENDLESS), [], { env: env() });
    const pid = await firstOf(output);
    expect(isRunning(pid)).toBe(true);
    await output.return({ status: undefined, complaint: "" });
    expect(isRunning(pid)).toBe(false);
  });

  test("is ended when the signal fires", async () => {
    const stop = new AbortController();
    const output = programOutput(program("endless", ENDLESS), [], { env: env(), signal: stop.signal });
    const pid = await firstOf(output);
    stop.abort();
    const rest = async () => {
      for (;;) if ((await output.next()).done) return;
    };
    await expect(rest()).rejects.toMatchObject({ code: "aborted" });
    expect(isRunning(pid)).toBe(false);
  });

  test("is killed when it does not end on request", async () => {
    const output = programOutput(program("stubborn", "trap '' TERM; echo $$; exec /bin/sleep 600"), [], { env: env() });
    const pid = await firstOf(output);
    await output.return({ status: undefined, complaint: "" });
    expect(isRunning(pid)).toBe(false);
  });

  test("is ended when it says nothing for too long", async () => {
    const path = program("silent", `echo $$ > ${directory}/pid; exec /bin/sleep 600`);
    await expect(runProgram(path, [], { env: env(), longestSilence: 50 })).rejects.toMatchObject({
      code: "unreachable",
    });
  });

  test("gets its arguments as they are, without a shell", async () => {
    const strange = ["$(touch x)", "; exit 1", "a b", "*"];
    const { text, status } = await runProgram(program("show", 'printf "%s\\n" "$@"'), strange, { env: env() });
    expect(status).toBe(0);
    expect(text).toBe(`${strange.join("\n")}\n`);
  });

  test("that cannot be started is told as no engine", async () => {
    mkdirSync(join(directory, "folder"));
    await expect(runProgram(join(directory, "none"), [], { env: env() })).rejects.toMatchObject({ code: "no-engine" });
  });
});
