/** What rules of advice find, as items of a Markdown list. */
import { type Finding, ruleHelp } from "@layerscope/core";
import { amountText } from "../../output/advice-text.ts";
import type { Units } from "../../output/bytes.ts";
import type { CheckedImage } from "../check-run.ts";
import { layerCommand, plainText } from "../verdict-text.ts";
import { codeMarkdown, plainMarkdown } from "./markdown-text.ts";

const COMMAND = 60;

/** What whoever builds the image can change, in the order in which it is to be listed. */
export function ownFindings({ found }: CheckedImage): readonly Finding[] {
  return found?.advice.findings.filter(({ scope }) => scope === "own") ?? [];
}

/** One finding: how much, which rule, where, and what to do. */
export function adviceItem(
  { rule, what, fix, layers, ...finding }: Finding,
  image: CheckedImage,
  units: Units,
): string {
  const amount = amountText({ rule, what, fix, layers, ...finding }, units);
  const where = layers.slice(0, 3).map((layer) => {
    const command = layerCommand(layer, image.analysis.image.layers, COMMAND);
    return `layer ${layer}${command && ` ${codeMarkdown(command)}`}`;
  });
  const facts = [plainMarkdown(plainText(what)), ...where].join(", ");
  return `- ${amount === "-" ? "" : `**${amount}** `}[${rule.id}](${ruleHelp(rule.id)}): ${facts}. ${plainMarkdown(plainText(fix))}`;
}
