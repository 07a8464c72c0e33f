/** Names as text that is safe to print. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeText, printableJson } from "../../src/model/path-text.ts";

/** What escapeText takes for unsafe; a line feed is no part of one line, but of a document. */
const isSafe = (text: string): boolean => escapeText(text).length === text.length;

const unsafe = fc.constantFrom(..."\u0000\u001b\u007f\u009b\u00ad\u200b\u2028\u202e\u2066\ufeff\ud800\u{e0001}");
const text = fc.array(fc.oneof(fc.string({ unit: "grapheme" }), unsafe)).map((parts) => parts.join(""));

describe("the text of a JSON document", () => {
  test("says the same, and has nothing that a terminal would act on", () => {
    fc.assert(
      fc.property(fc.dictionary(text, text), (value) => {
        const json = printableJson(JSON.stringify(value));
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(isSafe(json)).toBe(true);
      }),
    );
  });

  test("stays as it is where it is harmless", () => {
    const json = JSON.stringify({ 日本: "e\u0301 🇩🇪 \u001b" }, undefined, 2);
    expect(printableJson(json)).toBe(json);
  });
});
