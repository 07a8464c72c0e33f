/** What GitHub's runner makes of a job's log and files, as far as it is documented. */

export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const COMMANDS = new Set(
  (
    "add-mask add-matcher add-path debug echo endgroup error group notice remove-matcher save-state set-env set-output " +
    "stop-commands warning"
  ).split(" "),
);

/** The commands in a log: `::name key=value,…::data` at the beginning of a line, or `##[name key=value;…]data` anywhere. */
export function workflowCommands(log: string): WorkflowCommand[] {
  return log.split(/\r\n|\r|\n/).flatMap((line) => newCommand(line) ?? oldCommand(line) ?? []);
}

function newCommand(line: string): WorkflowCommand | undefined {
  const text = line.trimStart();
  const end = text.indexOf("::", 2);
  return text.startsWith("::") && end >= 0 ? command(text.slice(2, end), ",", text.slice(end + 2)) : undefined;
}

function oldCommand(line: string): WorkflowCommand | undefined {
  const start = line.indexOf("##[");
  const end = line.indexOf("]", start);
  return start >= 0 && end >= 0 ? command(line.slice(start + 3, end), ";", line.slice(end + 1)) : undefined;
}

function command(text: string, separator: string, data: string): WorkflowCommand | undefined {
  const [name = "", ...rest] = text.split(" ");
  if (!COMMANDS.has(name.toLowerCase())) return undefined;
  const pairs = rest
    .join(" ")
    .split(separator)
    .filter((pair) => pair.includes("="));
  const properties = pairs.map((pair) => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), unescaped(pair.slice(at + 1))] as const;
  });
  return { name, properties: Object.fromEntries(properties), data: unescaped(data) };
}

function unescaped(text: string): string {
  const meant = { "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%" } as const;
  return Object.entries(meant).reduce((result, [code, character]) => result.replaceAll(code, character), text);
}

/**
 * The outputs in a file: `name=value`, or `name<<delimiter`, the lines of the value, and the delimiter.
 * @throws Error where the runner would fail the step
 */
export function outputsIn(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  while (lines.length > 0) {
    const line = lines.shift() as string;
    if (line === "") continue;
    const [, name = "", sign, rest = ""] = /^(.*?)(=|<<)(.*)$/s.exec(line) ?? [];
    if (name === "") throw new Error(`Invalid format '${line}'`);
    if (sign === "=") {
      outputs[name] = rest;
      continue;
    }
    const end = lines.indexOf(rest);
    if (end < 0) throw new Error(`Matching delimiter not found '${rest}'`);
    outputs[name] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join("\n");
  }
  return outputs;
}
