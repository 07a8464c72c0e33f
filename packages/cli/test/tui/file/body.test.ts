/** What the content of a file is shown as. */
import { describe, expect, test } from "vitest";
import { dir, file, symlink, whiteout } from "../../../../../fixtures/build/tar.ts";
import { cellWidth } from "../../../src/output/terminal.ts";
import { presentFile } from "../../../src/tui/present/file/file.ts";
import { openFileState } from "../../../src/tui/state/file-state.ts";
import { nodeAt, type Opened, OpenedFile, openContent, openPath, testLook, withImage, worldOf } from "./file-image.ts";

const linesOf = ({ model }: Opened): string[] => {
  const { body } = model;
  if (body.kind !== "text") throw new Error(`shown as ${body.kind}`);
  return Array.from({ length: body.lines.count }, (_, line) => body.lines.line(line));
};

const rowsOf = ({ model, state }: Opened, width = 80, height = 24): string[] =>
  presentFile(model, state, { width, height }, testLook());

/** Rows below the two of the head, without line numbers. */
const textOf = (opened: Opened, width = 80): string[] =>
  rowsOf(opened, width)
    .slice(2)
    .map((row) => row.slice(4));

describe("text is shown in lines", () => {
  test.each([
    ["a last line with an end", "one\ntwo\n", ["one", "two"]],
    ["a last line without one", "one\ntwo", ["one", "two"]],
    ["empty lines", "\n\none\n\n", ["", "", "one", ""]],
    ["line ends of Windows", "one\r\ntwo\r\n", ["one", "two"]],
    ["line ends of both kinds", "one\r\ntwo\n", ["one\r", "two"]],
    [
      "bytes that are no UTF-8",
      Buffer.from("caf\xe9 au lait, s'il vous pla\xeet\n", "latin1"),
      ["caf\ufffd au lait, s'il vous pla\ufffdt"],
    ],
  ])("%s", async (_, content, lines) => {
    expect(linesOf(await openContent(content))).toEqual(lines);
  });

  test("tabs go to the next stop of eight", async () => {
    expect(textOf(await openContent("a\tb\t\tc\n"))).toEqual(["a       b               c"]);
  });

  test("nothing that a terminal would act on gets to it", async () => {
    const opened = await openContent("\x1b[2Jgone\x07\u202eevil\u0085\r!\n");
    expect(textOf(opened)).toEqual(["\\e[2Jgone\\x07\\u{202e}evil\\x85\\r!"]);
  });

  test("accents without a letter take columns, so that a line of them is cut as any other", async () => {
    const rows = rowsOf(await openContent(`${"\u0301".repeat(100_000)}\n`));
    expect(cellWidth(rows[2] ?? "")).toBe(80);
    expect(rows[2]).toContain("\\u{301}");
  });

  test("wide characters take two columns, and half of one is never shown", async () => {
    const opened = await openContent("日本語日本語日本語日本語日本語日本語日本語日本語\n");
    const [row] = rowsOf(opened, 41).slice(2);
    expect(cellWidth(row ?? "")).toBe(41);
    const scrolled = { ...opened, state: { ...opened.state, left: 1 } };
    expect(textOf(scrolled)[0]).toMatch(/^ 本語/);
  });
});

describe("what is no text is shown as bytes", () => {
  test("a NUL makes it so, and an offset, values and characters are shown", async () => {
    const opened = await openContent(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0xff]));
    expect(opened.model.modes).toEqual(["hex"]);
    expect(rowsOf(opened)[2]).toBe(`00000000  7f 45 4c 46 00 ff${" ".repeat(33)}.ELF..`);
  });

  test("control characters or other encodings do, too", async () => {
    expect((await openContent("\x01\x02\x03 a \x04\x05\x06")).model.body.kind).toBe("hex");
    expect((await openContent(Buffer.from("жжжж жжжж", "utf16le"))).model.body.kind).toBe("hex");
  });

  test("colour sequences do not", async () => {
    expect((await openContent("\x1b[31mred\x1b[0m\n")).model.body.kind).toBe("text");
  });

  test("text can be shown as bytes", async () => {
    const opened = await openContent("0123456789abcdefgh", "hex");
    expect(rowsOf(opened).slice(2)).toEqual([
      "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef",
      "00000010  67 68                                             gh",
    ]);
  });
});

describe("what has no content says what it is", () => {
  const messageOf = ({ model }: Opened): string => (model.body.kind === "message" ? model.body.text : model.body.kind);

  test("links, directories, devices and empty files", async () => {
    const members = [
      symlink("link", "../target\x1b"),
      dir("dir"),
      file("empty"),
      { path: "null", type: "char" as const, devMajor: 1, devMinor: 3 },
    ];
    await withImage([members], async (image) => {
      expect(rowsOf(await openPath(image, "link")).join("\n")).toContain("../target\\e");
      expect(messageOf(await openPath(image, "dir"))).toBe("a directory");
      expect(messageOf(await openPath(image, "empty"))).toBe("an empty file");
      expect(messageOf(await openPath(image, "null"))).toBe("a character device: it has no content");
    });
  });

  test("a file of a saved report", async () => {
    await withImage([[file("a", "a")]], async (image) => {
      const opened = new OpenedFile(worldOf(image, { hasContents: false, image: undefined }));
      const model = await opened.settled(openFileState(nodeAt(image, "a"), 0));
      expect(model.body).toMatchObject({ kind: "message", text: "a saved report has no contents of files" });
    });
  });

  test("a file while layers are being read", async () => {
    await withImage([[file("a", "a")]], async (image) => {
      const opened = new OpenedFile(worldOf(image, { image: undefined, phase: "reading" }));
      const { body } = await opened.settled(openFileState(nodeAt(image, "a"), 0));
      expect(body).toMatchObject({ text: "contents can be read once all layers are there" });
    });
  });

  test("a removed file is shown as it was", async () => {
    await withImage([[file("a", "what it was\n")], [whiteout("a")]], async (image) => {
      const opened = await openPath(image, "a");
      expect(opened.model.notes).toEqual(["removed by layer 1; this is what it was"]);
      expect(linesOf(opened)).toEqual(["what it was"]);
    });
  });

  test("a path that came later", async () => {
    await withImage([[file("b", "b")], [file("a", "a")]], async (image) => {
      const opened = await openPath(image, "a", "text", 0);
      expect(messageOf(opened)).toBe("not there yet as of this layer");
      expect(rowsOf(opened)[1]).toBe("first in layer 1");
    });
  });
});

test("a line of megabytes that are no plain letters can be gone through", async () => {
  const opened = await openContent(`${"日本👩".repeat(300_000)}\n`);
  const far = { ...opened, state: { ...opened.state, left: 1_799_970 } };
  expect(textOf(far)[0]).toBe("日本👩".repeat(5));
});

test("a line of five megabytes is shown, scrolled and cut", async () => {
  const opened = await openContent(`${"0123456789".repeat(500_000)}\nnext\n`);
  rowsOf(opened);
  const far = { ...opened, state: { ...opened.state, left: 4_000_005 } };
  expect(textOf(far)[0]).toBe(`${"5678901234".repeat(8).slice(0, 75)}>`);
});
