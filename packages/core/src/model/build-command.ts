/** History commands as people wrote them in the Dockerfile, as far as what builders made of them tells. */

/** What a builder wrote down of one step, taken apart. Nothing of it is escaped. */
export interface BuildCommand {
  /** `RUN`, `COPY`, …; undefined where it begins with none, as other tools than Docker's write it. */
  readonly keyword: string | undefined;
  /** `--mount=…`, `--network=…` of a `RUN`; empty when there are none. */
  readonly flags: string;
  /** Build arguments, `FOO=bar …`, that the command was run with; empty when there are none. */
  readonly buildArguments: string;
  /** The rest, with its line breaks. */
  readonly body: string;
}

// Each pattern can match in one way only, or is bounded: a hostile history must not make the search take for ever.
const NO_LAYER = "/bin/sh -c #(nop) ";
const BUILDKIT = "# buildkit";
const SHELL = /(?:\/usr)?\/bin\/(?:ba|da|a|z|k)?sh(?: -[a-z]{1,8}| pipefail){0,8} -[a-z]{0,8}c\s/;
const SHELL_FIRST = new RegExp(`^${SHELL.source}`);
const WINDOWS_SHELL = /^(?:cmd \/S \/C|powershell(?:\.exe)? -Command) /i;
const FLAGS = /^(?:--\S+\s)+/;
const KEYWORD =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)\s/;
const ARGUMENT_COUNT = /^\|(\d{1,4}) /;

/** Takes the `created_by` of a history step apart: Docker's old builder, BuildKit, buildah and kaniko are known. */
export function parseCommand(createdBy: string): BuildCommand {
  const text = createdBy.trim();
  if (text.startsWith(NO_LAYER)) return parseInstruction(text.slice(NO_LAYER.length).trim());
  if (!text.endsWith(BUILDKIT)) return parseInstruction(text);
  return parseInstruction(text.slice(0, -BUILDKIT.length).trimEnd());
}

function parseInstruction(text: string): BuildCommand {
  if (/^RUN\s/.test(text)) return parseRun(text.slice(4).trimStart());
  const keyword = KEYWORD.exec(text)?.[1];
  if (keyword) return { keyword, flags: "", buildArguments: "", body: text.slice(keyword.length).trim() };
  if (SHELL_FIRST.test(text) || WINDOWS_SHELL.test(text) || ARGUMENT_COUNT.test(text)) return parseRun(text);
  return { keyword: undefined, flags: "", buildArguments: "", body: text };
}

function parseRun(text: string): BuildCommand {
  const flags = FLAGS.exec(text)?.[0] ?? "";
  const { buildArguments, rest } = takeArguments(text.slice(flags.length));
  const shell = (SHELL_FIRST.exec(rest) ?? WINDOWS_SHELL.exec(rest))?.[0] ?? "";
  return { keyword: "RUN", flags: flags.trim(), buildArguments, body: rest.slice(shell.length).trim() };
}

/** Values stand unquoted and may have blanks in them, so the shell is what tells where the arguments end. */
function takeArguments(text: string): { readonly buildArguments: string; readonly rest: string } {
  const counted = ARGUMENT_COUNT.exec(text);
  if (!counted) return { buildArguments: "", rest: text };
  const after = text.slice(counted[0].length);
  const shell = SHELL.exec(after);
  if (shell) return { buildArguments: after.slice(0, shell.index).trim(), rest: after.slice(shell.index) };
  const words = after.split(" ");
  const count = Math.min(Number(counted[1]), words.length);
  return { buildArguments: words.slice(0, count).join(" "), rest: words.slice(count).join(" ") };
}

/** One line, harmless only after escaping: without the shell and the builders' own marks. */
export function dockerfileCommand(createdBy: string): string {
  const { keyword, flags, body } = parseCommand(createdBy);
  return oneLine([keyword ?? "", flags, body].filter(Boolean).join(" "));
}

/** More than a row of a terminal can show, in UTF-16 units. */
const SHORT = 2000;
const SET = /^set(?:[ \t](?:[-+][a-zA-Z]{1,10}|pipefail|errexit|nounset|xtrace)){1,10}[ \t]?(?:;|&&|\n)\s*/;

/**
 * The command as one tells it from the others in a list: on one line, the keyword first, without the flags, `set -eux;`
 * and hashes that stand for what was copied. At most 2000 characters; harmless only after escaping.
 */
export function shortCommand(createdBy: string): string {
  const { keyword, body } = parseCommand(createdBy);
  let text = body.slice(0, SHORT);
  if (keyword === "RUN") {
    for (let set = SET.exec(text); set; set = SET.exec(text)) text = text.slice(set[0].length);
    text = joinStatements(text);
  } else if (keyword === "COPY" || keyword === "ADD") {
    text = text.replace(/\b(file|dir|multi):[0-9a-f]{64} in /, "$1 in ");
  }
  return oneLine(keyword ? `${keyword} ${text}` : text);
}

/** Lines of a script as one: what ended a statement must still be seen. */
function joinStatements(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .reduce((joined, line) => {
      if (joined.endsWith("\\")) return `${joined.slice(0, -1)} ${line}`;
      return joined === "" || /[;&|({]$/.test(joined) ? `${joined} ${line}` : `${joined}; ${line}`;
    }, "");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
