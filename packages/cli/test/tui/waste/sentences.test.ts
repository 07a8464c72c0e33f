/** What is said of one wasted file. */
import type { Analysis, WasteCause } from "@layerscope/core";
import { beforeAll, describe, expect, test } from "vitest";
import { file } from "../../../../../fixtures/build/tar.ts";
import { describeWaste } from "../../../src/tui/view-model/waste-sentence.ts";
import { everyCause } from "./images.ts";
import { bytes, scanMembers, subjectOf } from "./subjects.ts";

let image: Analysis;
beforeAll(async () => {
  image = await everyCause();
});

/** The sentence about the largest record of a cause. */
function sentence(cause: WasteCause): string {
  const record = [...image.accounts.waste].find((each) => each.cause === cause);
  if (!record) throw new Error(`nothing is ${cause}`);
  return describeWaste(record, subjectOf(image, { base: { layers: 1, foundBy: "a test" } }), "si");
}

describe("a wasted file", () => {
  test.each<[WasteCause, string]>([
    [
      "deleted",
      "402 kB stored in base layer 0 (ADD file:0123 in /), deleted by layer 2 (RUN chown -R node:node /srv/app && rm -rf /var/…)",
    ],
    [
      "hidden",
      "70.0 kB stored in base layer 0 (ADD file:0123 in /), hidden by layer 3: a directory above it was replaced",
    ],
    ["rewritten", "700 B stored in layer 1 (COPY . /srv/app), rewritten by layer 3 with other content"],
    [
      "metadata",
      "90.0 kB stored in layer 1 (COPY . /srv/app), rewritten by layer 2 (RUN chown -R node:node /srv/app && rm -rf /var/…), metadata only: owner",
    ],
    ["identical", "20.0 kB stored in base layer 0 (ADD file:0123 in /), stored again by layer 3, nothing changed"],
    ["duplicate-member", "3.00 kB stored in layer 1 (COPY . /srv/app), which has the path again"],
  ])("that is %s", (cause, text) => {
    expect(sentence(cause)).toBe(text);
  });

  test("that its own layer buries is not said to be hidden by another", async () => {
    const buried = await scanMembers([[file("a", bytes(9)), file("a/b", bytes(1))]], ["COPY a"]);
    const record = buried.accounts.waste.at(0);
    expect(record && describeWaste(record, subjectOf(buried), "si")).toBe(
      "9 B stored in layer 0 (COPY a), hidden by the same layer: a directory above it was replaced",
    );
  });

  test("never brings what a terminal would obey", async () => {
    const hostile = await scanMembers([[file("a", "1")], [file("a", "22")]], ["RUN \x1b[2J\u202eoops", "RUN x\x07"]);
    const record = hostile.accounts.waste.at(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    expect(record && describeWaste(record, subjectOf(hostile), "si")).not.toMatch(/[\x00-\x1f\u202e]/);
  });
});
