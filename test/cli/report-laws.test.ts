/** What holds for the report of every image in the fixtures. */
import { createReport, type Report, type ScanOptions, stringifyReport } from "@layerscope/core";
import { reportSchema } from "@layerscope/core/report-schema";
import { describe, expect, test } from "vitest";
import { dockerSaveNew } from "../../fixtures/build/image.ts";
import { dir, file, tar, whiteout } from "../../fixtures/build/tar.ts";
import { layoutPath, layoutsOf, SINGLE_IMAGES, withImage } from "../ground-truth/real-images.ts";
import { temporaryFile } from "../temporary-directory.ts";
import { DEMO } from "./command.ts";

type Case = [name: string, path: string, options: ScanOptions];

const REAL: Case[] = [...SINGLE_IMAGES, "multiarch"].flatMap((image) =>
  layoutsOf(image)
    .filter((layout) => layout !== "oci-dir-indexonly")
    .map((layout): Case => {
      const several = image === "multiarch" && layout !== "docker-archive-arm64.tar";
      return [`${image} as ${layout}`, layoutPath(image, layout), several ? { platform: "linux/amd64" } : {}];
    }),
);

const hostile = dockerSaveNew({
  layers: [
    tar([
      dir("d"),
      file('d/\u0000quote"\\back', "1"),
      file(Buffer.from("d/\xff\xfe", "latin1"), "22", { xattrs: { "user.\u00e9": Buffer.from([0, 255]) } }),
      file("d/\ud83d\udc33 \u202e", "333", { mtime: -1.5, mode: 0o4755 }),
      file("__proto__", "4444"),
    ]),
    tar([whiteout("d")]),
  ],
  config: { Labels: { "": "", "a\n": "\u001b" }, Env: ["A=\u2028"] },
  tags: ["a:b"],
});

const CASES: Case[] = [
  ["the demo", DEMO, {}],
  ["an image with hostile names", temporaryFile(hostile), {}],
  ["an image without a layer", temporaryFile(dockerSaveNew({ layers: [] })), {}],
  [
    "an image without one of its layers",
    temporaryFile(dockerSaveNew({ layers: [tar([file("a", "1")]), tar([file("b", "2")])], broken: { missing: [0] } })),
    {},
  ],
  ...REAL,
];

describe.each(CASES)("%s", (_, path, options) => {
  test.each([{ files: false }, { files: true }, { files: true, top: 1 }, { top: 0 }])(
    "is the same as an object and as text, with %o",
    async (reportOptions) => {
      await withImage(
        path,
        (analysis) => {
          const report = createReport(analysis, reportOptions);
          const text = [...stringifyReport(analysis, reportOptions)].join("");
          expect(JSON.parse(text)).toEqual(report);
          // Neither leaves something undefined, which toEqual would not see.
          expect(JSON.parse(JSON.stringify(report))).toStrictEqual(JSON.parse(text));
        },
        options,
      );
    },
  );

  test("fits the schema, and loses nothing by it", async () => {
    await withImage(
      path,
      (analysis) => {
        const report = createReport(analysis, { files: true });
        expect(reportSchema.parse(report)).toStrictEqual(report);
      },
      options,
    );
  });

  test("adds up", async () => {
    await withImage(path, (analysis) => expectSums(createReport(analysis)), options);
  });
});

function expectSums({ summary, layers, waste }: Report): void {
  const sum = (numbers: number[]): number => numbers.reduce((all, one) => all + one, 0);
  expect(sum(waste.map(({ bytes }) => bytes))).toBe(summary.wastedBytes);
  expect(sum(Object.values(summary.wastedByCause))).toBe(summary.wastedBytes);
  expect(sum(layers.map(({ wastedBytes }) => wastedBytes))).toBe(summary.wastedBytes);
  expect(sum(layers.map(({ storedBytes }) => storedBytes))).toBe(summary.storedBytes);
  expect(sum(layers.map(({ contributedBytes }) => contributedBytes))).toBe(summary.finalBytes);
  expect(summary.storedBytes - summary.finalBytes).toBe(summary.wastedBytes);
  expect(waste.map(({ bytes }) => bytes)).toEqual(waste.map(({ bytes }) => bytes).sort((one, other) => other - one));
  expect(layers.map(({ index }) => index)).toEqual(layers.map((_, index) => index));
}

test("the fixtures are many", () => {
  expect(REAL.length).toBeGreaterThan(30);
});
