/** `layerscope init --from-dive`: dive's rules as budgets of our own. */
import { describe, expect, test } from "vitest";
import { dockerSaveNew } from "../../../../fixtures/build/image.ts";
import { dir, file, type Member, tar, whiteout } from "../../../../fixtures/build/tar.ts";
import { brokenOf, Directory, kindsOf } from "./init-images.ts";

const bytes = (count: number, fill = "x"): Buffer => Buffer.alloc(count, fill);

const RULES = `rules:
  lowestEfficiency: 0.95
  highestWastedBytes: 20MB
  highestUserWastedPercent: 0.2
`;

async function translated(rules: string, layers?: readonly Member[][]) {
  using directory = new Directory();
  const fromDive = directory.write(".dive-ci", rules);
  if (layers) directory.write("app.tar", dockerSaveNew({ layers: layers.map((members) => tar(members)) }));
  const text = await directory.init(layers && "app.tar", { fromDive });
  const settings = await directory.settings();
  return { text, settings, verdicts: layers ? await directory.check("app.tar") : [] };
}

const limitsOf = ({ settings }: Awaited<ReturnType<typeof translated>>) => settings.budgets.map(({ limit }) => limit);

/** The removed directory is no waste by dive: its score is 1. */
const HIDDEN = [
  [file("k", bytes(5000)), dir("a"), file("a/1", bytes(95_000))],
  [whiteout("a"), file("m", bytes(10))],
];
/** Twice the same: dive counts 2000 bytes as wasted, of which 1000 are. */
const TWICE = [
  [file("k", bytes(50_000)), file("f", bytes(1000))],
  [file("f", bytes(1000)), file("m", bytes(8000))],
];

describe("dive's rules", () => {
  test("become budgets with the same limits", async () => {
    const { settings } = await translated(RULES);
    expect(settings.budgets).toMatchObject([
      { limit: { kind: "minEfficiency", share: 0.95 }, layers: "image" },
      { limit: { kind: "maxWastedBytes", bytes: 20_000_000 }, layers: "image" },
      { limit: { kind: "maxWastedShare", share: 0.2 }, layers: "own" },
    ]);
  });

  test("are named with the line they stand in, and how dive counts", async () => {
    const { text } = await translated(RULES);
    expect(text).toMatch(/# dive's lowestEfficiency: 0\.95 \(.*\.dive-ci, line 2\)\n/);
    expect(text).toMatch(/# dive's highestWastedBytes: 20 MB \(.*\.dive-ci, line 3\)\n/);
    expect(text).toContain("# dive counts every copy of a path that several layers have");
  });

  test("that are not set have dive's defaults", async () => {
    const result = await translated("rules:\n");
    expect(limitsOf(result)).toMatchObject([
      { kind: "minEfficiency", share: 0.9 },
      { kind: "maxWastedShare", share: 0.1 },
    ]);
    expect(result.text).toMatch(/# dive's highestWastedBytes: .*\.dive-ci sets no limit\./);
  });

  test("that are disabled are comments", async () => {
    const result = await translated("rules:\n  lowestEfficiency: disabled\n  highestUserWastedPercent: 0.3\n");
    expect(kindsOf(result.settings)).toEqual(["maxWastedShare"]);
    expect(result.text).toMatch(/# dive's lowestEfficiency: .*\.dive-ci sets no limit\./);
  });

  test("that are all disabled leave what any repository should begin with", async () => {
    const { settings } = await translated("rules:\n  lowestEfficiency: off\n  highestUserWastedPercent: off\n");
    expect(kindsOf(settings)).toEqual(["forbidden"]);
  });

  test("leave an example of a floor below which no share matters", async () => {
    expect((await translated(RULES)).text).toContain("- maxWastedShare: 20 %\n    layers: own\n    # So little passes");
  });
});

describe("for an image", () => {
  test("the numbers of both are said", async () => {
    const { text, verdicts } = await translated(RULES, TWICE);
    expect(text).toContain("# Now 98.3 % here, 98.3 % by dive.");
    expect(text).toContain("# Now 1.00 kB here, 2.00 kB by dive.");
    expect(brokenOf(verdicts)).toEqual([]);
  });

  test("that dive passes and exact numbers fail, the limit is what passes now", async () => {
    const result = await translated("rules:\n  lowestEfficiency: 0.9\n  highestWastedBytes: 50kB\n", HIDDEN);
    expect(result.text).toContain("# Now 5.0 % here, 100.0 % by dive.");
    expect(result.text).toContain("# The limit would be 90 %, but the image, which passes dive's rule, has to pass.");
    expect(limitsOf(result)).toMatchObject([
      { kind: "minEfficiency", share: 0.05 },
      { kind: "maxWastedBytes", bytes: 110_000 },
      { kind: "maxWastedShare", share: 1 },
    ]);
    expect(brokenOf(result.verdicts)).toEqual([]);
  });

  test("that dive fails, the limit stays", async () => {
    const result = await translated("rules:\n  lowestEfficiency: 0.99\n", TWICE);
    expect(limitsOf(result)).toContainEqual(expect.objectContaining({ kind: "minEfficiency", share: 0.99 }));
    expect(result.text).toContain("# The image fails, as it does by dive.");
  });

  test("what dive has no number for is said so", async () => {
    expect((await translated(RULES, [[file("f", "x")]])).text).toContain("here, no number by dive.");
  });

  test("all other budgets are only proposed", async () => {
    const { settings, text } = await translated(RULES, TWICE);
    expect(kindsOf(settings)).toEqual(["minEfficiency", "maxWastedBytes", "maxWastedShare"]);
    expect(text).toContain("# - maxSize: 66 kB");
  });
});

test("where there are no rules, there is nothing to translate", async () => {
  using directory = new Directory();
  await expect(directory.init(undefined, { fromDive: `${directory.path}/absent` })).rejects.toMatchObject({
    code: "not-found",
  });
});

test("an image in the place of the rules is told apart", async () => {
  using directory = new Directory();
  for (const layer of ["small", bytes(2_000_000)]) {
    const fromDive = directory.write("app.tar", dockerSaveNew({ layers: [tar([file("f", layer)])] }));
    await expect(directory.init(undefined, { fromDive })).rejects.toMatchObject({
      code: "invalid-config",
      hint: "An image is named before the option: layerscope init IMAGE --from-dive",
    });
  }
});
