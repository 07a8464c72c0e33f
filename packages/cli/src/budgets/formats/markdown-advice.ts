/** What rules of advice find, as items of a Markdown list. */
import { type Finding, ruleHelp } from "@layerscope/core";
import { amountText } from "../../output/advice-text.ts";
import type { Units } from "../../output/bytes.ts";
import { plural } from "../../output/plural.ts";
import type { CheckedImage } from "../check-run.ts";
import { layerCommand, plainText } from "../verdict-text.ts";
import { codeMarkdown, plainMarkdown } from "./markdown-text.ts";

const COMMAND = 60;
const MOST_LAYERS = 3;

/** What is to be said of the advice about an image, in the order in which it is to be listed. */
export function* adviceItems(image: CheckedImage, units: Units): Generator<() => string> {
  const { findings = [], unreadLayers = [] } = image.found?.advice ?? {};
  for (const finding of findings) if (finding.scope === "own") yield () => adviceItem(finding, image, units);
  const ofBase = findings.filter(({ scope }) => scope === "base").length;
  if (ofBase > 0) yield () => `- ${plural(ofBase, "finding")} only another base image would change`;
  const unread = unreadLayers.length;
  if (unread > 0) yield () => `- not known: what is in files of ${plural(unread, "layer")}`;
}

/** One finding: how much, which rule, where, and what to do. */
function adviceItem(finding: Finding, image: CheckedImage, units: Units): string {
  const { rule, what, fix, layers } = finding;
  const amount = amountText(finding, units);
  const where = layers.slice(0, MOST_LAYERS).map((layer) => {
    const command = layerCommand(layer, image.analysis.image, COMMAND);
    return `layer ${layer}${command && ` ${codeMarkdown(command)}`}`;
  });
  const more = layers.length > MOST_LAYERS ? [`and ${plural(layers.length - MOST_LAYERS, "more layer")}`] : [];
  const facts = [plainMarkdown(plainText(what)), ...where, ...more].join(", ");
  const bytes = amount === "-" ? "" : `**${amount}** `;
  return `- ${bytes}[${rule.id}](${ruleHelp(rule.id)}): ${facts}. ${plainMarkdown(plainText(fix))}`;
}
