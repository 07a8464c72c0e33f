/**
 * Names are bytes. This is the one place where they become text: for JSON (exact, or marked as not exact) and for
 * people (harmless on a terminal).
 */
import { isUtf8 } from "node:buffer";

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** The name as text; bytes that are not UTF-8 become U+FFFD, and `exact` is false. */
export function decodeName(bytes: Uint8Array): { readonly text: string; readonly exact: boolean } {
  return { text: decoder.decode(bytes), exact: isUtf8(bytes) };
}

/**
 * A name as JSON carries it: under `key`, and the bytes in base64 under `keyBase64` when the text cannot give them back.
 */
export function jsonName<K extends string>(key: K, bytes: Uint8Array): { [P in K | `${K}Base64`]?: string } {
  const { text, exact } = decodeName(bytes);
  const fields: Record<string, string> = { [key]: text };
  if (!exact) fields[`${key}Base64`] = Buffer.from(bytes).toString("base64");
  return fields as { [P in K | `${K}Base64`]?: string };
}

// C0, DEL and C1 controls; line and paragraph separators; zero-width and bidirectional controls; the byte-order mark;
// interlinear annotation; tags; lone surrogates. Everything a terminal may act on or a reader cannot see.
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff]|[\u{e0000}-\u{e007f}]/gu;

/** Text that is safe to print: what a terminal would act on, or a reader could not see, is written as an escape. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) => {
    switch (character) {
      case "\n":
        return "\\n";
      case "\t":
        return "\\t";
      case "\r":
        return "\\r";
      case "\u001b":
        return "\\e";
      default: {
        const code = character.codePointAt(0) ?? 0;
        return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
      }
    }
  });
}

// The same but for C0 controls and lone surrogates, which JSON escapes anyway; by units, so that they stay pairs.
const UNSAFE_IN_JSON =
  /[\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;

/** The text of a JSON document that says exactly the same and is safe to print. Whole characters, any part of it. */
export function printableJson(json: string): string {
  return json.replace(UNSAFE_IN_JSON, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

/** A name, safe to print. Bytes that are not UTF-8 are shown as `\xNN`. */
export function printableName(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return escapeText(decoder.decode(bytes));
  // Decode the valid stretches and write out the bytes between them.
  let text = "";
  let start = 0;
  while (start < bytes.length) {
    const length = validSequenceLength(bytes, start);
    if (length === 0) {
      text += `\\x${(bytes[start] ?? 0).toString(16).padStart(2, "0")}`;
      start += 1;
    } else {
      text += escapeText(decoder.decode(bytes.subarray(start, start + length)));
      start += length;
    }
  }
  return text;
}

function validSequenceLength(bytes: Uint8Array, start: number): number {
  const lead = bytes[start] ?? 0;
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return start + length <= bytes.length && isUtf8(bytes.subarray(start, start + length)) ? length : 0;
}

/** A symlink or hard-link target, or a path typed by a user, as the bytes that names are compared by. */
export function encodeName(text: string): Uint8Array {
  return Buffer.from(text, "utf8");
}
