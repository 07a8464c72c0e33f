/** What a package says of its licence, told apart by what an SBOM may write where. */
import { LICENSE_EXCEPTIONS, LICENSE_IDS } from "./license-ids.ts";

export type License =
  /** One identifier of the SPDX licence list, as the list spells it. */
  | { readonly kind: "id"; readonly text: string }
  /** An SPDX licence expression of such identifiers. */
  | { readonly kind: "expression"; readonly text: string }
  /** Anything else. */
  | { readonly kind: "name"; readonly text: string };

/** Longer texts are no expressions: they are mostly the licence itself. In UTF-16 units. */
const LONGEST = 500;

/** @returns undefined when nothing is said */
export function parseLicense(license: string | undefined): License | undefined {
  const text = license?.trim() ?? "";
  if (text === "") return undefined;
  const id = LICENSE_IDS.get(text.toLowerCase());
  if (id !== undefined) return { kind: "id", text: id };
  const expression = text.length <= LONGEST ? parseExpression(text) : undefined;
  return expression === undefined ? { kind: "name", text } : { kind: "expression", text: expression };
}

/** The expression as the list spells its identifiers; undefined when it is none, or has identifiers that are not known. */
function parseExpression(text: string): string | undefined {
  const words = text.match(/[()]|[^\s()]+/g) ?? [];
  const spelled: string[] = [];
  let depth = 0;
  let expected: "license" | "exception" | "operator" = "license";
  for (const word of words) {
    if (expected === "license") {
      const license = word === "(" ? word : licenseWord(word);
      if (license === undefined) return undefined;
      spelled.push(license);
      if (word === "(") depth += 1;
      else expected = "operator";
    } else if (expected === "exception") {
      const exception = LICENSE_EXCEPTIONS.get(word.toLowerCase());
      if (exception === undefined) return undefined;
      spelled.push(exception);
      expected = "operator";
    } else if (word === ")") {
      depth -= 1;
      if (depth < 0) return undefined;
      spelled.push(word);
    } else if (word === "AND" || word === "OR") {
      spelled.push(word);
      expected = "license";
    } else if (word === "WITH" && takesException(spelled)) {
      spelled.push(word);
      expected = "exception";
    } else {
      return undefined;
    }
  }
  if (depth !== 0 || expected !== "operator") return undefined;
  return spelled.join(" ").replaceAll("( ", "(").replaceAll(" )", ")");
}

/** An identifier, or one with `+` for later versions. */
function licenseWord(word: string): string | undefined {
  const known = LICENSE_IDS.get(word.toLowerCase());
  if (known !== undefined || !word.endsWith("+")) return known;
  const plain = LICENSE_IDS.get(word.slice(0, -1).toLowerCase());
  return plain === undefined ? undefined : `${plain}+`;
}

function takesException(before: readonly string[]): boolean {
  return before.at(-1) !== ")" && before.at(-2) !== "WITH";
}
