/** A run as GitHub-flavoured Markdown, for the summary of a build or a comment. */
import { escapeText, type Growth, growthOf } from "@layerscope/core";
import { formatBytes } from "../../output/bytes.ts";
import { plural } from "../../output/plural.ts";
import { fitEnd } from "../../output/terminal.ts";
import { roundedBytes, shareBeside } from "../amount-text.ts";
import {
  type CheckedImage,
  type CheckRun,
  type Format,
  type ImageResult,
  isChecked,
  type LocatedVerdict,
} from "../check-run.ts";
import { ignoredText, imageVerdict, splitText, titleText } from "../summary-text.ts";
import { limitText, plainText, type StatusText, statusText, valueText } from "../verdict-text.ts";
import { findingItem, verdictDetails } from "./markdown-details.ts";
import { cellMarkdown, plainMarkdown } from "./markdown-text.ts";

type Units = CheckRun["units"];

/** By this a comment is found again that is to be replaced. */
const MARKER = "<!-- layerscope -->";
/** A comment may have 65,536 characters; the rest is for what others put around it. */
const LONGEST = 60_000;

/** The report of a run: a table for each image, and what there is to say about its budgets folded below. */
export const markdown: Format = (run) => {
  const [only, ...others] = run.images;
  const isOne = only !== undefined && others.length === 0;
  const title = `## ${VERDICT_SIGNS[run.verdict]} ${plural(run.images.length, "image")}: ${titleText(run.images, run.verdict)}`;
  const top = isOne ? [MARKER] : [MARKER, title];
  const sections = run.images.map((image) => sectionOf(image, isOne ? "##" : "###", run.units));
  const shown = fit(sections, LONGEST - top.join("\n").length - ROOM_FOR_NOTES);
  const texts = shown.map(sectionText);
  const missing = sections.length - shown.length;
  const more = missing > 0 ? [`Left out, as this would be too long: ${plural(missing, "image")}.`] : [];
  return [`${[...top, ...texts, ...more].join("\n\n")}\n`];
};

const VERDICT_SIGNS: Readonly<Record<CheckRun["verdict"], string>> = { passed: "✅", failed: "❌", undecided: "❔" };
const SIGNS: Readonly<Record<StatusText, string>> = {
  ok: "✅",
  FAILED: "❌",
  warning: "⚠️",
  undecided: "❔",
  skipped: "➖",
};

/** What is shown of an image; of a long report not all of it. */
interface Section {
  readonly head: string;
  readonly rows: readonly Row[];
  readonly details: readonly string[];
  /** Paths that grew. */
  readonly growth: readonly string[];
  /** How many details were left out. */
  readonly missing: number;
}

interface Row {
  readonly text: string;
  readonly hasPassed: boolean;
}

function sectionOf(image: ImageResult, heading: string, units: Units): Section {
  const verdict = imageVerdict(image);
  const title = `${heading} ${VERDICT_SIGNS[verdict]} ${nameOf(image.name)}: `;
  if (!isChecked(image)) {
    const { message, hint = "" } = image.error;
    const why = [message, hint].filter(Boolean).map((text) => plainMarkdown(plainText(text)));
    return {
      head: `${title}could not be read\n\nReason: ${why.join(". ")}`,
      rows: [],
      details: [],
      growth: [],
      missing: 0,
    };
  }
  const growth = image.baseline && growthOf(image.analysis, image.base, image.baseline);
  const rows = image.verdicts.map((one) => ({ text: rowOf(one, image, units), hasPassed: one.status === "passed" }));
  const details = image.verdicts
    .map((one) => verdictDetails(one, image, SIGNS[statusText(one)], units))
    .filter((text) => text !== "");
  return {
    head: `${title}${titleText([image], verdict)}\n\n${factsOf(image, growth, units)}`,
    rows,
    details,
    growth: growthItems(growth, image, units),
    missing: 0,
  };
}

const nameOf = (name: string): string => plainMarkdown(fitEnd(escapeText(name), 100));

function factsOf(checked: CheckedImage, growth: Growth | undefined, units: Units): string {
  const { reference, name, analysis, baseline } = checked;
  const { accounts, image } = analysis;
  const facts = [
    `${formatBytes(accounts.storedBytes, units)} in ${plural(image.layers.length, "layer")}`,
    reference !== name && nameOf(reference),
    growth && baseline && `${deltaText(growth, units)} against ${nameOf(baseline.name)}`,
    plainMarkdown(splitText(checked)),
    ignoredText(checked, units),
    !image.complete && "**incomplete**: the numbers are of what could be read",
  ];
  return facts.filter(Boolean).join(" · ");
}

function rowOf(verdict: LocatedVerdict, image: CheckedImage, units: Units): string {
  const cells = [
    `${SIGNS[statusText(verdict)]} ${nameOf(verdict.budget.name)}`,
    valueText(verdict, units),
    limitText(verdict, units),
    changeOf(verdict, image, units),
  ];
  return `| ${cells.map(cellMarkdown).join(" | ")} |`;
}

/** How much more it is than in the baseline; of numbers that a baseline does not tell `–`. */
function changeOf({ budget, growth }: LocatedVerdict, image: CheckedImage, units: Units): string {
  const { analysis, base, baseline } = image;
  if (growth) return deltaText(growth, units);
  if (baseline && budget.limit.kind === "maxSize") {
    const sizes = growthOf(analysis, base, baseline, budget);
    if (sizes) return deltaText(sizes, units);
  }
  if (baseline?.complete && budget.limit.kind === "maxLayers" && budget.layers === "image") {
    const delta = analysis.image.layers.length - baseline.layers.length;
    return delta > 0 ? `+${delta}` : String(delta);
  }
  return "–";
}

function deltaText({ before, now }: Pick<Growth, "before" | "now">, units: Units): string {
  const delta = now - before;
  const sign = delta > 0 ? "+" : "";
  const share = before > 0 && delta !== 0 ? ` (${sign}${shareBeside(delta / before, 0)})` : "";
  return `${sign}${roundedBytes(delta, units)}${share}`;
}

function growthItems(growth: Growth | undefined, { analysis }: CheckedImage, units: Units): string[] {
  if (!growth?.paths) return [];
  const { findings, findingCount } = growth.paths;
  const items = findings.map((finding) => findingItem(finding, analysis.image.layers, units));
  const more = findingCount - findings.length;
  return more > 0 ? [...items, `- and ${more.toLocaleString("en")} more`] : items;
}

/** What a table and folds need besides their contents, and what is said about what was left out. */
const ROOM_FOR_SECTION = 250;
const ROOM_FOR_NOTES = 100;

/** As much as there is room for: images first, then their rows, those that did not pass before others, then details. */
function fit(sections: readonly Section[], room: number): Section[] {
  let left = room;
  const takes = (text: string, more = 2): boolean => {
    if (text.length + more > left) return false;
    left -= text.length + more;
    return true;
  };
  const kept = sections.filter(({ head }) => takes(head, ROOM_FOR_SECTION));
  const rows = new Set([
    ...kept.flatMap((section) => section.rows.filter((row) => !row.hasPassed && takes(row.text))),
    ...kept.flatMap((section) => section.rows.filter((row) => row.hasPassed && takes(row.text))),
  ]);
  const details = kept.map((section) => section.details.filter((text) => takes(text)));
  const growth = kept.map((section) => section.growth.filter((text) => takes(text)));
  return kept.map((section, index) => {
    const shown = {
      ...section,
      rows: section.rows.filter((row) => rows.has(row)),
      details: details[index] ?? [],
      growth: growth[index] ?? [],
    };
    return { ...shown, missing: countOf(section) - countOf(shown) };
  });
}

const countOf = ({ rows, details, growth }: Section): number => rows.length + details.length + growth.length;

function sectionText({ head, rows, details, growth, missing }: Section): string {
  const parts = [head];
  if (rows.length > 0) {
    parts.push(
      ["| what | size | limit | delta |", "| --- | ---: | ---: | ---: |", ...rows.map(({ text }) => text)].join("\n"),
    );
  }
  if (details.length > 0) parts.push(fold("Details", details.join("\n\n")));
  if (growth.length > 0) parts.push(fold("What grew", growth.join("\n")));
  if (missing > 0)
    parts.push(`Left out, as this would be too long: ${plural(missing, "row or detail", "rows and details")}.`);
  return parts.join("\n\n");
}

/** GitHub reads Markdown inside only behind an empty line. */
function fold(summary: string, markdown: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${markdown}\n\n</details>`;
}
