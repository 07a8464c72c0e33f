/** WWW-Authenticate (RFC 9110 §11.6.1): what a server wants before it answers. */

export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** By their names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const SEPARATORS = /[\s,]*/y;
const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const EQUALS = /[ \t]*=[ \t]*/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;
/** What some schemes have in place of parameters. */
const TOKEN68 = /[ \t]+[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y;

/** The challenges of all such headers, in their order. What breaks the grammar ends the header it is in. */
export function parseChallenges(headers: readonly string[]): Challenge[] {
  return headers.flatMap(parseHeader);
}

function parseHeader(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let position = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = position;
    const match = pattern.exec(header) ?? undefined;
    if (match) position = pattern.lastIndex;
    return match;
  };
  for (;;) {
    take(SEPARATORS);
    const name = take(TOKEN)?.[0].toLowerCase();
    if (name === undefined) return challenges;
    const parameters = challenges.at(-1)?.parameters;
    if (!take(EQUALS)) {
      challenges.push({ scheme: name, parameters: new Map() });
      take(TOKEN68);
      continue;
    }
    const value = take(QUOTED)?.[1]?.replace(/\\(.)/gs, "$1") ?? take(TOKEN)?.[0];
    if (value === undefined || !parameters) return challenges;
    // A name may stand there once; of several the first counts.
    if (!parameters.has(name)) parameters.set(name, value);
  }
}
