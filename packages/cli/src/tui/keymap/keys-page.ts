/** docs/keys.md, made from the table of commands. */
import { COMMANDS, CONTEXT_TITLES, type Context } from "./commands.ts";
import { FIXED_KEYS } from "./fixed-keys.ts";

const INTRODUCTION = `# Keys of the interactive view

Made from the table of commands by \`npm run keys\`; do not edit. The same table gives the hint line, the help (\`?\`) and the palette (\`:\`), which has
every command by its name. Each command can have other keys: see [configuration.md](configuration.md).

A key means what the pane that has the keys says; else what it means in every list; else what it means everywhere. \`ctrl+c\` always quits. The last
column has keys that people know from dive; \`ctrl+m\` is not among them, as terminals send the same for it as for Enter.`;

/** The whole page, as it is in the repository. */
export function keysPage(): string {
  const contexts = Object.entries(CONTEXT_TITLES) as [Context, string][];
  const sections = contexts.flatMap(([context, title]) => {
    const commands = COMMANDS.filter((command) => command.context === context);
    if (commands.length === 0) return [];
    const rows = commands.map(
      ({ name, title: does, keys, diveKeys = [] }) => `| ${code(keys)} | ${does} | \`${name}\` | ${code(diveKeys)} |`,
    );
    return [
      `## ${title}\n\n| key | what it does | command | as in dive |\n| --- | --- | --- | --- |\n${rows.join("\n")}`,
    ];
  });
  const fixed = FIXED_KEYS.map(({ title, entries }) => {
    const rows = entries.map(({ keys, title: does }) => `| ${code(keys)} | ${does} |`);
    return `## ${title}\n\nThese cannot be changed.\n\n| key | what it does |\n| --- | --- |\n${rows.join("\n")}`;
  });
  return `${[INTRODUCTION, ...sections, ...fixed].join("\n\n")}\n`;
}

function code(keys: readonly string[]): string {
  // A bar would end the cell.
  return keys.map((key) => `\`${key.replace("|", "\\|")}\``).join(", ");
}
