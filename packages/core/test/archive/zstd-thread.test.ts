import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { zstdFrames } from "../../../../fixtures/build/image.ts";
import { temporaryFile } from "../../../../test/temporary-directory.ts";
import { ZstdThread } from "../../src/archive/zstd-thread.ts";

const data = Buffer.from("some text, ".repeat(30_000));
const blob = zstdFrames(data);

async function decode(thread: ZstdThread, frame: Uint8Array): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of thread.write(frame, true)) chunks.push(chunk);
  for await (const chunk of thread.finish()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("the WebAssembly decoder, on every version of Node", () => {
  test("one frame after the other, in one thread", async () => {
    const thread = ZstdThread.acquire();
    for (let round = 0; round < 3; round++) expect((await decode(thread, blob)).equals(data)).toBe(true);
    thread.release(true);
  });

  test("a thread that was given back is used again, also for something else", async () => {
    const thread = ZstdThread.acquire();
    thread.release(true);
    const again = ZstdThread.acquire();
    expect(again).toBe(thread);
    expect(await decode(again, zstdFrames(Buffer.from("other")))).toEqual(Buffer.from("other"));
    again.release(false);
  });

  test("two streams at a time have a thread each", async () => {
    const one = ZstdThread.acquire();
    const other = ZstdThread.acquire();
    expect(one).not.toBe(other);
    const outputs = await Promise.all([decode(one, blob), decode(other, zstdFrames(Buffer.from("other")))]);
    expect(outputs.map((output) => output.length)).toEqual([data.length, 5]);
    for (const thread of [one, other]) thread.release(false);
  });

  test("nonsense ends in an error, and its thread is not used again", async () => {
    const thread = ZstdThread.acquire();
    const nonsense = Buffer.concat([blob.subarray(0, 9), Buffer.of(0xe5, 1, 0), Buffer.alloc(60, 0xfb)]);
    await expect(decode(thread, nonsense)).rejects.toThrow();
    thread.release(false);
    const next = ZstdThread.acquire();
    expect(next).not.toBe(thread);
    expect(await decode(next, zstdFrames(Buffer.from("sound")))).toEqual(Buffer.from("sound"));
    next.release(false);
  });

  test("a thread does not run ahead: what is not taken keeps it waiting", async () => {
    const bomb = zstdFrames(Buffer.alloc(256 * 2 ** 20));
    const thread = ZstdThread.acquire();
    const before = process.memoryUsage.rss();
    const output = thread.write(bomb, true);
    await output.next();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(process.memoryUsage.rss() - before).toBeLessThan(96 * 2 ** 20);
    await output.return(undefined);
    thread.release(false);
  });

  test("stopping in the middle ends the thread", async () => {
    const thread = ZstdThread.acquire();
    const output = thread.write(zstdFrames(Buffer.alloc(64 * 2 ** 20)), true);
    await output.next();
    await output.return(undefined);
    thread.release(false);
    const next = ZstdThread.acquire();
    expect(next).not.toBe(thread);
    next.release(false);
  });
});

describe("a process that has read zstd", () => {
  const module = fileURLToPath(new URL("../../src/archive/zstd-thread.ts", import.meta.url)).replace(
    /src\/(.*)\.ts$/,
    "dist/$1.js",
  );
  const run = async (script: string): Promise<string> => {
    const path = temporaryFile(`import { ZstdThread } from ${JSON.stringify(module)};\n${script}`);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "-e", `await import(${JSON.stringify(path)})`],
      { timeout: 10_000 },
    );
    return stdout;
  };
  const bytes = `Buffer.from("${zstdFrames(Buffer.from("content")).toString("base64")}", "base64")`;
  const take = `for await (const chunk of thread.write(${bytes}, true)) console.log(Buffer.from(chunk).toString());
    for await (const chunk of thread.finish()) console.log(Buffer.from(chunk).toString());`;

  test("ends by itself while a thread is idle", async () => {
    expect(await run(`const thread = ZstdThread.acquire(); ${take} thread.release(true);`)).toBe("content\n");
  });

  test("ends by itself when it stopped in the middle", async () => {
    const half = `${bytes}.subarray(0, 12)`;
    const script = `const thread = ZstdThread.acquire(); for await (const _ of thread.write(${half}, false)); thread.release(false);`;
    expect(await run(script)).toBe("");
  });
});
