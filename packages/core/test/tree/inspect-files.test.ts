import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import {
  dir,
  file,
  hardlink,
  type Member,
  sparseFile,
  symlink,
  tar,
  whiteout,
} from "../../../../fixtures/build/tar.ts";
import { type FileBytes, type FileInspector, LARGEST_INSPECTED } from "../../src/layer/file-inspector.ts";
import { type InspectedContents, inspectFiles } from "../../src/tree/inspect-files.ts";
import type { ScannedImage } from "../../src/tree/scan-image.ts";
import { PACKINGS, type Packing, pack, pathText, withScan } from "./scan-layers.ts";

/** Remembers of each wanted file what it was given. */
const INSPECTOR: FileInspector = {
  wants: ({ name }) => name.startsWith("w"),
  inspect: (inspected, bytes) => ({ path: inspected.path, mode: inspected.mode, content: digest(bytes) }),
};

/** Read in pieces that do not begin at 0, as a reader of a format would. */
function digest(bytes: FileBytes): string {
  const hash = createHash("sha256");
  for (let offset = 0; offset < bytes.size; offset += 1000) hash.update(bytes.read(offset, 1000));
  return hash.digest("hex");
}

function expected(layers: readonly (readonly Member[])[]): string[] {
  return layers.flatMap((members, layer) =>
    members.flatMap((member) => {
      const { path, content = "" } = member;
      const last = String(path).split("/").at(-1) ?? "";
      if (content.length === 0 || !last.startsWith("w")) return [];
      return [`${layer} ${path} ${createHash("sha256").update(content).digest("hex")}`];
    }),
  );
}

function found({ tree }: ScannedImage, { facts }: InspectedContents): string[] {
  return [...facts].map(([entry, fact]) => {
    const { path, content } = fact as { path: string; content: string };
    const { layer, entries, index } = tree.locate(entry);
    expect(pathText(tree, entries.node[index] as number)).toBe(path);
    return `${layer} ${path} ${content}`;
  });
}

/** Names that a layer has once; sizes around those of the window and of what is read at once. */
const members = fc
  .uniqueArray(
    fc.record({
      name: fc.stringMatching(/^[wx][a-f]{1,3}$/),
      below: fc.constantFrom("", "d/", "d/e/"),
      size: fc.oneof(fc.nat(3000), fc.constantFrom(0, 16_384, 65_535, 65_536, 65_537, 300_000)),
      seed: fc.nat(255),
    }),
    { maxLength: 8, selector: ({ name, below }) => below + name },
  )
  .map((files) =>
    files.map(({ name, below, size, seed }) =>
      file(below + name, Buffer.alloc(size, `${seed} ${name} `), { mode: 0o640 }),
    ),
  );

describe("every wanted file of every layer is looked into once, with its own content", () => {
  test.each(PACKINGS)("%s, while it is scanned or afterwards", async (packing: Packing) => {
    await fc.assert(
      fc.asyncProperty(fc.array(members, { minLength: 1, maxLength: 3 }), fc.boolean(), async (layers, inScan) => {
        const inspector = inScan ? { inspector: INSPECTOR } : {};
        await withScan(
          pack(layers, packing),
          async (image) => {
            const contents = await inspectFiles(image, INSPECTOR);
            expect(contents.unread).toEqual([]);
            expect(found(image, contents).sort()).toEqual(expected(layers).sort());
          },
          inspector,
        );
      }),
      { numRuns: 25 },
    );
  });
});

/** More than is kept in memory while it passes by. */
const LARGE = 17 * 1024 * 1024;

describe("large files", () => {
  const layers = [
    [file("w1", "small"), file("w2", Buffer.alloc(LARGE, "large ")), file("w3", "after it")],
    [file("w2", "small again")],
  ];

  test.each(PACKINGS)(
    "%s: are looked into like all others, while the image is scanned or afterwards",
    async (packing) => {
      for (const options of [{}, { inspector: INSPECTOR }]) {
        const check = async (image: ScannedImage): Promise<void> => {
          const contents = await inspectFiles(image, INSPECTOR);
          expect(contents.unread).toEqual([]);
          expect(found(image, contents).sort()).toEqual(expected(layers).sort());
        };
        await withScan(pack(layers, packing), check, options);
      }
    },
  );

  test("that there is no room for are left out, and their layers told", async () => {
    const withoutRoom = (): void => void vi.stubEnv("TMPDIR", "/not-there");
    const left = expected(layers).filter((line) => !line.startsWith("0 w2"));
    const check = async (image: ScannedImage): Promise<void> => {
      withoutRoom();
      const contents = await inspectFiles(image, INSPECTOR);
      vi.unstubAllEnvs();
      expect(contents.unread).toEqual([0]);
      expect(found(image, contents)).toEqual(left);
    };
    await withScan(pack(layers, "gzip"), check);
    await withScan(pack(layers, "gzip"), check, { inspector: INSPECTOR, onDocument: withoutRoom });
  });

  test.each(PACKINGS)(
    "%s: larger than any that is looked into are left out, and their layers told",
    async (packing) => {
      const cut = tar([file("w1", "small"), file("w2", "", { size: LARGEST_INSPECTED + 1 })]);
      for (const options of [{}, { inspector: INSPECTOR }]) {
        const check = async (image: ScannedImage): Promise<void> => {
          const contents = await inspectFiles(image, INSPECTOR);
          expect(found(image, contents)).toEqual(expected([[file("w1", "small")]]));
          expect(contents.unread).toEqual([0]);
        };
        await withScan(pack([], packing, { layers: [cut] }), check, options);
      }
    },
  );
});

test("a file that a later layer removes or replaces is looked into all the same", async () => {
  const layers = [[file("w", Buffer.from("one"))], [file("w", Buffer.from("two"))], [whiteout("w")]];
  await withScan(pack(layers, "plain"), async (image) => {
    expect(found(image, await inspectFiles(image, INSPECTOR))).toEqual(expected(layers));
  });
});

test("of a layer that ends too early, the file it ends in is left out, however the layer is read", async () => {
  const members = [dir("d"), file("d/w1", Buffer.alloc(5000, "a")), file("d/w2", Buffer.alloc(5000, "b"))];
  const cut = tar(members).subarray(0, -4000);
  for (const packing of PACKINGS) {
    await withScan(
      pack([], packing, { layers: [cut] }),
      async (image) => {
        const { facts } = await inspectFiles(image, INSPECTOR);
        expect({ packing, paths: [...facts.values()].map((fact) => (fact as { path: string }).path) }).toEqual({
          packing,
          paths: ["d/w1"],
        });
      },
      { inspector: INSPECTOR },
    );
  }
});

test("layers whose contents cannot be had are told", async () => {
  await withScan(pack([[file("w", "one")], [file("w", "two")]], "plain"), async (image) => {
    const [, second] = image.contents;
    const { facts, unread } = await inspectFiles({ ...image, contents: [undefined, second] }, INSPECTOR);
    expect({ facts: facts.size, unread }).toEqual({ facts: 1, unread: [0] });
  });
});

test("empty files, links and sparse files are not asked about", async () => {
  const asked: string[] = [];
  const inspector: FileInspector = {
    wants: ({ path }) => {
      asked.push(path);
      return false;
    },
    inspect: () => undefined,
  };
  const layers = [
    [
      dir("w"),
      file("w/empty"),
      file("w/file", Buffer.from("content")),
      symlink("w/symlink", "file"),
      hardlink("w/link", "w/file"),
      sparseFile("w/sparse", { form: "pax-1.0", realSize: 9000, chunks: [{ offset: 0, data: "start" }] }),
    ],
  ];
  for (const packing of ["plain", "gzip"] as const) {
    asked.length = 0;
    await withScan(pack(layers, packing), (image) => inspectFiles(image, inspector), { inspector });
    expect({ packing, asked }).toEqual({ packing, asked: ["w/file"] });
  }
});
