/** Long lists as JSON text in pieces, one item a line. */

/** Pieces are collected to about this many characters, since writing each line by itself would be slow. */
const PIECE = 64 * 1024;

/** What stands between the brackets of a list. @param items the JSON text of each */
export function* listItems(items: Iterable<string>, indent: string): Generator<string> {
  let text = "";
  let any = false;
  for (const item of items) {
    text += `${any ? "," : ""}\n${indent}${item}`;
    any = true;
    if (text.length < PIECE) continue;
    yield text;
    text = "";
  }
  yield any ? `${text}\n${indent.slice(2)}` : text;
}

type Lists = Iterable<unknown> | null | { readonly [key: string]: Lists };

/** Members of an object, each with a comma behind it: lists, null, or objects of such. */
export function* listMembers(members: object, indent = "  "): Generator<string> {
  for (const [key, value] of Object.entries(members) as [string, Lists][]) {
    yield `${indent}"${key}": `;
    yield* valuePieces(value, indent);
    yield ",\n";
  }
}

function* valuePieces(value: Lists, indent: string): Generator<string> {
  if (value === null) {
    yield "null";
  } else if (isList(value)) {
    yield "[";
    yield* listItems(jsonTexts(value), `${indent}  `);
    yield "]";
  } else {
    yield "{";
    for (const [at, [key, member]] of Object.entries(value).entries()) {
      yield `${at > 0 ? "," : ""}\n${indent}  "${key}": `;
      yield* valuePieces(member, `${indent}  `);
    }
    yield `\n${indent}}`;
  }
}

function isList(value: NonNullable<Lists>): value is Iterable<unknown> {
  return Symbol.iterator in value;
}

/** The JSON text of each. */
export function* jsonTexts(items: Iterable<unknown>): Generator<string> {
  for (const item of items) yield JSON.stringify(item);
}
