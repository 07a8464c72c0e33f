/** Advice, as a report has it. */
import type { Advice, Finding } from "../advice/rule.ts";
import { ruleHelp } from "../advice/rule-help.ts";
import { secretMask } from "../secrets/mask-secrets.ts";
import type { ScannedImage } from "../tree/scan-image.ts";
import { jsonPath } from "./listed-path.ts";
import type { ReportFinding } from "./schema-inspection.ts";

export function* jsonAdvice({ findings }: Advice, image: ScannedImage): Generator<ReportFinding> {
  const layers = new Map(image.layers.flatMap(({ step, index }) => (step ? [[step, index] as const] : [])));
  const { config } = image.document;
  const { history } = config;
  const mask = secretMask(config);
  for (const finding of findings) {
    const steps = finding.steps.flatMap((index) => {
      const step = history[index];
      return step
        ? [
            {
              step: index,
              layer: layers.get(step) ?? null,
              command: step.createdBy === undefined ? null : mask(step.createdBy),
            },
          ]
        : [];
    });
    yield jsonFinding(finding, steps, image);
  }
}

function jsonFinding(finding: Finding, steps: ReportFinding["steps"], { tree }: ScannedImage): ReportFinding {
  const { rule, level, scope, what, fix, bytes, estimate, layers, inodes, parts, snippet } = finding;
  return {
    rule: rule.id,
    title: rule.title,
    category: rule.category,
    level,
    scope,
    what,
    reason: rule.reason,
    fix,
    help: ruleHelp(rule.id),
    bytes,
    ...(estimate && { estimate: { ...estimate } }),
    layers: [...layers],
    steps,
    files: inodes.length,
    paths: parts.map(({ node, isDirectory, value }) => ({
      ...jsonPath(tree.paths.pathOf(node)),
      ...(isDirectory && { directory: true as const }),
      bytes: value,
    })),
    ...(snippet !== undefined && { snippet }),
  };
}
