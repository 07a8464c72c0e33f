/** Reading contents, keeping them, and giving them to other programs. */
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { dir, file } from "../../../../../fixtures/build/tar.ts";
import { ContentCache } from "../../../src/tui/effects/content-cache.ts";
import { openInEditor, openInPager } from "../../../src/tui/effects/hand-off.ts";
import { loadContent } from "../../../src/tui/effects/load-content.ts";
import { openFileState } from "../../../src/tui/state/file-state.ts";
import { nodeAt, OpenedFile, type Packing, withImage, worldOf } from "./file-image.ts";

const signal = new AbortController().signal;

describe("reading", () => {
  test.each<Packing>(["plain", "gzip", "stream"])("stops at the limit (%s)", async (packing) => {
    const content = Buffer.alloc(300_000, "0123456789");
    await withImage(
      [[file("a", content), file("b", "b")]],
      async (image) => {
        const { bytes, size, error } = await loadContent(image, nodeAt(image, "a"), 0, { limit: 1234, signal });
        expect(error).toBeUndefined();
        expect(size).toBe(300_000);
        expect(Buffer.compare(bytes, content.subarray(0, 1234))).toBe(0);
        // What was left unread is in nobody's way.
        const other = await loadContent(image, nodeAt(image, "b"), 0, { limit: 1234, signal });
        expect(Buffer.from(other.bytes).toString()).toBe("b");
      },
      packing,
    );
  });

  test("says why there is nothing", async () => {
    await withImage([[dir("d"), file("a", "a")]], async (image) => {
      const directory = await loadContent(image, nodeAt(image, "d"), 0, { limit: 10, signal });
      expect(directory.error?.code).toBe("no-content");
      const stopped = await loadContent(image, nodeAt(image, "a"), 0, { limit: 10, signal: AbortSignal.abort() });
      expect(stopped.error?.code).toBe("aborted");
    });
  });
});

const content = (node: number, bytes: number, size = bytes) => ({
  node,
  layer: 0,
  bytes: new Uint8Array(bytes),
  size,
  error: undefined,
});

describe("the cache", () => {
  test("never keeps more than its size, and what was used last", () => {
    const cache = new ContentCache(100);
    for (const node of [1, 2, 3]) cache.add(content(node, 30));
    cache.get(1, 0);
    cache.add(content(4, 30));
    expect([1, 2, 3, 4].filter((node) => cache.get(node, 0))).toEqual([1, 3, 4]);
    cache.add(content(5, 200));
    expect([1, 3, 4, 5].filter((node) => cache.get(node, 0))).toEqual([5]);
    expect(cache.bytes).toBe(200);
  });

  test("lacks what is neither there far enough nor on its way", () => {
    const cache = new ContentCache();
    const need = (limit: number) => ({ node: 1, layer: 0, limit });
    expect(cache.lacks(need(10))).toBe(true);
    cache.startedLoading(need(10));
    expect([cache.lacks(need(10)), cache.lacks(need(20))]).toEqual([false, true]);
    cache.add(content(1, 10, 15));
    expect([cache.lacks(need(10)), cache.lacks(need(20))]).toEqual([false, true]);
    cache.add(content(1, 15, 15));
    expect(cache.lacks(need(20))).toBe(false);
  });
});

describe("another program", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "layerscope-test-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** A program that notes its arguments and keeps a copy of the last, which is the file. */
  function program(): { path: string; seen: () => { args: string[]; mode: string; content: string } } {
    const path = join(directory, "a program");
    const [args, copy, mode] = ["args", "copy", "mode"].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    const script = `#!/bin/sh\nprintf '%s\\n' "$@" > '${args}'\nfor last; do :; done\ncat "$last" > '${copy}'\nls -ld "$(dirname "$last")" > '${mode}'\n`;
    writeFileSync(path, script);
    chmodSync(path, 0o755);
    const read = (file: string): string => readFileSync(file, "utf8");
    return { path, seen: () => ({ args: read(args).trimEnd().split("\n"), mode: read(mode), content: read(copy) }) };
  }

  const handOver = <T>(run: () => Promise<T>): Promise<T> => run();

  test.each<Packing>(["plain", "gzip", "stream"])(
    "gets the whole content as a file of its own (%s)",
    async (packing) => {
      const { path, seen } = program();
      const whole = "line\n".repeat(100_000);
      const name = "-$(touch hacked); it's a \x1b na\nme.txt";
      await withImage(
        [[file(`dir/${name}`, whole)]],
        async (image) => {
          const node = nodeAt(image, `dir/${name}`);
          const env = { ...process.env, PAGER: `'${path}' --option "two words"` };
          await openInPager({ image, node, layer: 0, env, handOver, signal });
        },
        packing,
      );
      const { args, mode, content } = seen();
      expect(args.slice(0, 2)).toEqual(["--option", "two words"]);
      expect(args.length).toBe(3);
      expect(args[2]).toMatch(/\/[A-Za-z0-9_][A-Za-z0-9._-]*\.txt$/);
      expect(mode).toMatch(/^drwx------/);
      expect(content).toBe(whole);
      expect(existsSync(args[2] ?? "")).toBe(false);
    },
  );

  test("is $VISUAL before $EDITOR, and nothing is left behind when it is not there", async () => {
    await withImage([[file("a", "a")]], async (image) => {
      const hand = { image, node: nodeAt(image, "a"), layer: 0, handOver, signal };
      const { path, seen } = program();
      await openInEditor({ ...hand, env: { ...process.env, VISUAL: `'${path}'`, EDITOR: "false" } });
      expect(seen().content).toBe("a");
      const env = { ...process.env, TMPDIR: directory, PAGER: "/does/not/exist" };
      const before = readdirSync(tmpdir()).filter((name) => name.startsWith("layerscope-"));
      await expect(openInPager({ ...hand, env })).rejects.toMatchObject({ code: "not-found" });
      const later = readdirSync(tmpdir()).filter((name) => name.startsWith("layerscope-"));
      expect(later.filter((name) => !before.includes(name) && !name.startsWith("layerscope-test-"))).toEqual([]);
    });
  });

  test("is not started when the content cannot be read", async () => {
    await withImage([[dir("d")]], async (image) => {
      let started = false;
      const hand = { image, node: nodeAt(image, "d"), layer: 0, env: process.env, signal };
      const opened = openInPager({
        ...hand,
        handOver: async (run) => {
          started = true;
          return run();
        },
      });
      await expect(opened).rejects.toMatchObject({ code: "no-content" });
      expect(started).toBe(false);
    });
  });
});

test("colours come from a thread of their own, after the text", async () => {
  await withImage([[file("main.js", "const a = 'text'; // why\n")]], async (image) => {
    const opened = new OpenedFile(worldOf(image));
    try {
      const state = openFileState(nodeAt(image, "main.js"), 0);
      const ready = opened.nextReady();
      const { body: first } = await opened.settled(state);
      expect(first.kind === "text" && first.colors).toBeUndefined();
      await ready;
      const { body } = opened.model(state);
      expect(body.kind === "text" && [...(body.colors ?? [])]).toEqual([0, 5, 0, 10, 16, 1, 18, 24, 3]);
    } finally {
      opened.background.close();
    }
  });
});
