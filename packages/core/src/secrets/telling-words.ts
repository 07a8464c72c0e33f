/** Words without which nothing secret is in a file: most files have none of them, and need no closer look. */
import { TOKEN_FORMS } from "./token-forms.ts";
import { isPartOfWord, type ScannedWord, WordScanner } from "./word-scanner.ts";

/** What a word may lead to; bits. */
export const TELLS = {
  TOKEN: 1,
  /** A name as secrets have them. */
  NAME: 2,
  /** A password in a URL. */
  URL: 4,
  PEM_KEY: 8,
  CLUSTER: 16,
} as const;

export const ALL_TELLS = 31;

const TOKENS = [...TOKEN_FORMS.map(({ prefix }) => prefix), "AKIA", "ASIA", "AccountKey="];
const NAMES = [
  ...["passw", "passphrase", "secret", "token", "credential", "_pwd", "_pass", "encryption", "signing"],
  ...["api", "private", "access", "auth", "master", "account", "storage"].flatMap((word) =>
    ["", "_", "-", "_-"].map((between) => `${word}${between}key`),
  ),
];

const SCANNER = new WordScanner([
  ...TOKENS.map((text): ScannedWord => ({ text, bit: TELLS.TOKEN, isExact: true, beginsWord: true })),
  ...NAMES.map((text): ScannedWord => ({ text, bit: TELLS.NAME })),
  { text: "pass", bit: TELLS.NAME, endsWord: true },
  { text: "client-key-data", bit: TELLS.CLUSTER, isExact: true },
]);

/** Which of the wanted {@link TELLS} a content has, as the sum of their bits. */
export function tellsOf(content: Buffer, wanted: number): number {
  const rare =
    (content.includes("://") && content.includes("@") ? TELLS.URL : 0) |
    (content.includes("-----BEGIN ") ? TELLS.PEM_KEY : 0) |
    (content.includes("Q~") || hasAccountId(content) ? TELLS.TOKEN : 0);
  return (rare & wanted) | SCANNER.allIn(content, wanted & ~rare & ~TELLS.URL & ~TELLS.PEM_KEY);
}

/** Offset of the first name of that kind at an offset or behind it; -1 for none. */
export function nextName(content: Buffer, from: number): number {
  return SCANNER.next(content, from, TELLS.NAME) ? SCANNER.start : -1;
}

/** Of Twilio: `AC` and hexadecimal digits. */
function hasAccountId(content: Buffer): boolean {
  for (let at = content.indexOf("AC"); at >= 0; at = content.indexOf("AC", at + 2)) {
    const isBeginning = at === 0 || !isPartOfWord(content[at - 1] as number);
    if (isBeginning && isHexadecimal(content[at + 2]) && isHexadecimal(content[at + 3])) return true;
  }
  return false;
}

function isHexadecimal(byte = 0): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 102);
}
