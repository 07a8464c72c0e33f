/** docs/rules.md, made from the catalogue of rules. */
import type { Rule, RuleCategory } from "./rule.ts";

const INTRODUCTION = `# Rules of advice

Made from the rules themselves by \`npm run rules\`; do not edit. \`layerscope advise IMAGE\` says what they find; the summary, the JSON report and the interactive
view have it, too. Each rule can be \`off\`, \`warn\` or \`error\`, and can leave out paths and layers: see [ci.md](ci.md).

**Bytes are exact.** What a finding saves is the sum of the sizes of files that the image would not store. Each stored file counts for one finding only, that of the
most particular rule, so the savings add up. What cannot be told exactly is marked as an estimate, says how it was made, and is in no sum.

**Own and base.** Files that the base image stores cannot be changed by whoever builds on it: findings about them are listed last, and count for themselves.`;

const CATEGORIES: Readonly<Record<RuleCategory, string>> = {
  waste: "Bytes that no container sees",
  leavings: "What package managers leave",
  context: "What .dockerignore should keep out",
  build: "What only building needs",
  order: "The order of commands",
  base: "The base image",
  configuration: "Configuration",
  security: "Security",
};

/** The whole page, as it is in the repository. */
export function rulesPage(rules: readonly Rule[]): string {
  const sections = Object.entries(CATEGORIES).flatMap(([category, title]) => {
    const some = rules.filter((rule) => rule.category === category);
    return some.length === 0 ? [] : [`## ${title}`, ...some.map(ruleSection)];
  });
  return `${[INTRODUCTION, ...sections].join("\n\n")}\n`;
}

function ruleSection({ id, title, reason, fix, counts, example }: Rule): string {
  return `### ${id}

**${title}.** ${reason}

${fix}

\`\`\`dockerfile
${example.bad}
\`\`\`

becomes

\`\`\`dockerfile
${example.good}
\`\`\`

*What counts:* ${counts}`;
}
