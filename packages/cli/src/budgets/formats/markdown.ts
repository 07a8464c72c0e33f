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
import { LimitedList, Room } from "./limited-room.ts";
import { adviceItems } from "./markdown-advice.ts";
import { findingItem, hasDetails, verdictDetails } from "./markdown-details.ts";
import { packageItems } from "./markdown-packages.ts";
import { cellMarkdown, plainMarkdown } from "./markdown-text.ts";

type Units = CheckRun["units"];

/** By this a comment is found again that is to be replaced. */
const MARKER = "<!-- layerscope -->";
/** A comment may have 65,536 characters; the rest is for what others put around it. */
const LONGEST = 60_000;
/** What is said about what was left out, once or for each image. */
const ROOM_FOR_NOTE = 80;

const VERDICT_SIGNS: Readonly<Record<CheckRun["verdict"], string>> = { passed: "✅", failed: "❌", undecided: "❔" };
const SIGNS: Readonly<Record<StatusText, string>> = {
  ok: "✅",
  FAILED: "❌",
  warning: "⚠️",
  undecided: "❔",
  skipped: "➖",
};

/**
 * The report of a run: a table for each image, and what there is to say about its budgets folded below. A long one leaves
 * out details first, then rows of what passed, then images.
 */
export const markdown: Format = ({ images, verdict, units }) => {
  const room = new Room(LONGEST - ROOM_FOR_NOTE);
  const isOne = images.length === 1;
  const title = `## ${VERDICT_SIGNS[verdict]} ${plural(images.length, "image")}: ${titleText(images, verdict)}`;
  const top = isOne ? [MARKER] : [MARKER, title];
  for (const line of top) room.takes(line);
  const sections = images.flatMap((image) => {
    if (room.isFull) return [];
    const growth = isChecked(image) && image.baseline && growthOf(image.analysis, image.base, image.baseline);
    const head = headOf(image, isOne ? "##" : "###", growth || undefined, units);
    return room.takes(head, ROOM_FOR_NOTE) ? [new Section(head, image, growth || undefined, room)] : [];
  });
  for (const section of sections) section.addRows(units, (one) => one.status !== "passed");
  for (const section of sections) section.addRows(units, (one) => one.status === "passed");
  for (const section of sections) section.addDetails(units);
  for (const section of sections) section.addGrowth(units);
  for (const section of sections) section.addAdvice(units);
  for (const section of sections) section.addPackages(units);
  const texts = sections.map((section) => section.text);
  const missing = images.length - sections.length;
  return [`${[...top, ...texts, ...leftOut(missing, "image")].join("\n\n")}\n`];
};

function leftOut(count: number, one: string, many?: string): string[] {
  return count > 0 ? [`Left out, as this would be too long: ${plural(count, one, many)}.`] : [];
}

/** What is shown of an image. */
class Section {
  readonly #head: string;
  readonly #image: ImageResult;
  readonly #growth: Growth | undefined;
  readonly #rows: LimitedList;
  readonly #details: LimitedList;
  readonly #grown: LimitedList;
  readonly #advice: LimitedList;
  readonly #packages: LimitedList;

  constructor(head: string, image: ImageResult, growth: Growth | undefined, room: Room) {
    this.#head = head;
    this.#image = image;
    this.#growth = growth;
    this.#rows = new LimitedList(room, TABLE_HEAD.length);
    this.#details = new LimitedList(room, fold("Details", "").length);
    this.#grown = new LimitedList(room, fold("What grew", "").length);
    this.#advice = new LimitedList(room, fold("Advice", "").length);
    this.#packages = new LimitedList(room, fold(PACKAGES, "").length);
  }

  addRows(units: Units, isWanted: (verdict: LocatedVerdict) => boolean): void {
    const image = this.#image;
    if (!isChecked(image)) return;
    for (const [place, verdict] of image.verdicts.entries()) {
      if (isWanted(verdict)) this.#rows.offer(place, () => rowOf(verdict, image, units));
    }
  }

  addDetails(units: Units): void {
    const image = this.#image;
    if (!isChecked(image)) return;
    for (const [place, verdict] of image.verdicts.entries()) {
      if (!hasDetails(verdict)) continue;
      this.#details.offer(place, () => verdictDetails(verdict, image, SIGNS[statusText(verdict)], units));
    }
  }

  addGrowth(units: Units): void {
    const image = this.#image;
    if (!isChecked(image) || !this.#growth?.paths) return;
    const { findings, findingCount } = this.#growth.paths;
    for (const [place, finding] of findings.entries()) {
      this.#grown.offer(place, () => findingItem(finding, image.analysis.image, units));
    }
    const more = findingCount - findings.length;
    if (more > 0) this.#grown.offer(findings.length, () => `- and ${more.toLocaleString("en")} more`);
  }

  addAdvice(units: Units): void {
    const image = this.#image;
    if (!isChecked(image)) return;
    let place = 0;
    for (const item of adviceItems(image, units)) this.#advice.offer(place++, item);
  }

  addPackages(units: Units): void {
    const image = this.#image;
    if (!isChecked(image)) return;
    let place = 0;
    for (const item of packageItems(image.found?.packageChanges ?? [], units)) this.#packages.offer(place++, item);
  }

  get text(): string {
    const lists = [this.#rows, this.#details, this.#grown, this.#packages, this.#advice];
    const [rows, details, grown, packages, advice] = lists.map(({ pieces }) => pieces);
    const missing = lists.reduce((sum, list) => sum + list.missing, 0);
    return [
      this.#head,
      ...(rows?.length ? [`${TABLE_HEAD}${rows.join("\n")}`] : []),
      ...(details?.length ? [fold("Details", details.join("\n\n"))] : []),
      ...(grown?.length ? [fold("What grew", grown.join("\n"))] : []),
      ...(packages?.length ? [fold(PACKAGES, packages.join("\n"))] : []),
      ...(advice?.length ? [fold("Advice", advice.join("\n"))] : []),
      ...leftOut(missing, "row or detail", "rows and details"),
    ].join("\n\n");
  }
}

const PACKAGES = "Packages that changed";
const TABLE_HEAD = "| what | size | limit | delta |\n| --- | ---: | ---: | ---: |\n";

/** GitHub reads Markdown inside only behind an empty line. */
function fold(summary: string, markdown: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${markdown}\n\n</details>`;
}

const nameOf = (name: string): string => plainMarkdown(fitEnd(escapeText(name), 100));

function headOf(image: ImageResult, heading: string, growth: Growth | undefined, units: Units): string {
  const verdict = imageVerdict(image);
  const title = `${heading} ${VERDICT_SIGNS[verdict]} ${nameOf(image.name)}: `;
  if (isChecked(image)) return `${title}${titleText([image], verdict)}\n\n${factsOf(image, growth, units)}`;
  const { message, hint = "" } = image.error;
  const why = [message, hint].filter(Boolean).map((text) => plainMarkdown(plainText(text)));
  return `${title}could not be read\n\nWhy: ${why.join(". ")}`;
}

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
