import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALL_TELLS, nextName, TELLS, tellsOf } from "../../src/secrets/telling-words.ts";
import { TOKEN_FORMS } from "../../src/secrets/token-forms.ts";
import { type ScannedWord, WordScanner } from "../../src/secrets/word-scanner.ts";

/** Letters that words are made of, so that parts of them come up again and again, and what may stand around them. */
const character = fc.constantFrom(..."abAB_- 1", "é", "\n");
const text = fc.string({ unit: character, maxLength: 60 }).map((one) => Buffer.from(one, "latin1"));
const letters = fc.constantFrom(..."abAB_-");
const longWord = fc.record({
  text: fc.string({ unit: letters, minLength: 4, maxLength: 7 }),
  bit: fc.constantFrom(1, 2, 4),
  isExact: fc.boolean(),
  beginsWord: fc.boolean(),
  endsWord: fc.boolean(),
});
const shortWord = fc.record({
  text: fc.string({ unit: letters, minLength: 3, maxLength: 3 }),
  bit: fc.constantFrom(1, 2, 4),
  isExact: fc.boolean(),
  beginsWord: fc.constant(true),
});
const words = fc.array(fc.oneof(longWord, shortWord), { minLength: 1, maxLength: 8 });

/** The same by regular expressions. */
function expressionOf({ text: word, isExact, beginsWord, endsWord }: ScannedWord): RegExp {
  const before = beginsWord === true ? "(?<![A-Za-z0-9_])" : "";
  const behind = endsWord === true ? "(?![A-Za-z0-9_])" : "";
  return new RegExp(before + word + behind, isExact === true ? "" : "i");
}

describe("a scanner of words", () => {
  it("finds which words are there", () => {
    fc.assert(
      fc.property(words, text, fc.integer({ min: 0, max: 7 }), (some, content, wanted) => {
        const plain = content.toString("latin1");
        const expected = some.reduce((bits, word) => (expressionOf(word).test(plain) ? bits | word.bit : bits), 0);
        expect(new WordScanner(some).allIn(content, wanted)).toBe(expected & wanted);
      }),
      { numRuns: 3000 },
    );
  });

  it("finds the first place of any of them", () => {
    fc.assert(
      fc.property(fc.array(longWord, { minLength: 1, maxLength: 8 }), text, (some, content) => {
        const plain = content.toString("latin1");
        const places = some.map((word) => plain.search(expressionOf(word))).filter((place) => place >= 0);
        const scanner = new WordScanner(some);
        const isThere = scanner.next(content, 0, 7);
        expect(isThere ? [scanner.start] : []).toEqual(places.length > 0 ? [Math.min(...places)] : []);
      }),
      { numRuns: 3000 },
    );
  });
});

const NAME =
  /passw|passphrase|secret|token|api_?-?key|private_?-?key|access_?-?key|credential|_pwd|_pass|encryption|signing|auth_?-?key|master_?-?key|account_?-?key|storage_?-?key|pass\b/i;

describe("words that tell", () => {
  it("are found where secrets have such names", () => {
    const pieces = fc.constantFrom(
      ...[
        "pass",
        "PASS",
        "w",
        "phrase",
        "sec",
        "ret",
        "tok",
        "en",
        "to",
        "api",
        "Private",
        "access",
        "_",
        "-",
        "_-",
        "key",
        "KEY",
      ],
      ...[
        "cred",
        "ential",
        "pwd",
        "encrypt",
        "ion",
        "sign",
        "ing",
        "auth",
        "master",
        "account",
        "storage",
        " ",
        "=",
        "é",
      ],
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (some) => {
        const plain = some.join("");
        expect(nextName(Buffer.from(plain, "latin1"), 0)).toBe(plain.search(NAME));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([...TOKEN_FORMS.map(({ prefix }) => prefix), "AKIA", "ASIA", "AC0f", "AccountKey=", "aB1Q~"])(
    "are the beginnings of tokens: %s",
    (beginning) => {
      for (const around of ["", " ", '"', "=", "\n"]) {
        const content = Buffer.from(`${around}${beginning}x${around}`);
        expect(tellsOf(content, ALL_TELLS) & TELLS.TOKEN).toBe(TELLS.TOKEN);
      }
    },
  );

  it.each([
    ["https://user:hunter2@host/", TELLS.URL],
    ["-----BEGIN PRIVATE KEY-----", TELLS.PEM_KEY],
    ["client-key-data: x", TELLS.CLUSTER],
    ["https://example.org/ and nothing else", 0],
    ["a task-list of a discussion: ACTION", 0],
  ])("%s", (plain, tells) => {
    expect(tellsOf(Buffer.from(plain), ALL_TELLS)).toBe(tells);
  });
});
