/** The top row: what is open, and how far it is read. What matters least goes first when it gets narrow. */
import { formatBytes, formatShare } from "../../output/bytes.ts";
import { plural } from "../../output/plural.ts";
import { cellWidth } from "../../output/terminal.ts";
import type { HeaderModel, HeaderProgress } from "../view-model/header.ts";
import { barText } from "./bar.ts";
import { Line } from "./line.ts";
import type { Look, Size, Tone } from "./look.ts";
import { showable } from "./showable.ts";

/** A part of the row in ever shorter forms. The form with the lowest rank is the first to make way. */
interface Part {
  readonly forms: readonly { readonly text: string; readonly rank: number }[];
  readonly tone: Tone;
}

const BAR = 8;
/** A longer name is cut before anything else goes. */
const NAME_MIN = 24;
/** Of a name from an image so much can be shown on any terminal, in UTF-16 units. */
const NAME_MOST = 1000;

export function presentHeader(model: HeaderModel, size: Size, look: Look): string[] {
  if (size.height < 1 || size.width < 1) return [];
  const name = showable(model.name.slice(0, NAME_MOST), look);
  const brand: Part = { forms: [{ text: "layerscope", rank: 0 }], tone: "muted" };
  const facts = factParts(model, look);
  const states = stateParts(model, look);
  const parts = fit([brand, ...facts, ...states], size.width - 2 - Math.min(cellWidth(name), NAME_MIN), look);
  const textOf = (part: Part): string => parts.get(part) ?? "";
  const between = look.plain ? ", " : ` ${look.glyphs.separator} `;
  const line = new Line(look, size.width).space(look.plain ? 0 : 1);
  if (textOf(brand) !== "") line.text(textOf(brand), brand.tone).text(look.plain ? ", " : "  ");

  const shown = facts.filter((part) => textOf(part) !== "");
  const right = states.filter((part) => textOf(part) !== "");
  const taken =
    shown.reduce((sum, part) => sum + cellWidth(textOf(part)) + between.length, 0) +
    right.reduce((sum, part) => sum + cellWidth(textOf(part)) + 2, 0);
  const room = Math.max(0, line.left - taken - 1);
  line.column(name, Math.min(cellWidth(name), room), { tone: "title", cut: "middle" });
  for (const [index, part] of shown.entries()) {
    line.text(index === 0 && !look.plain ? "  " : between, "muted").text(textOf(part), part.tone);
  }
  if (!look.plain && right.length > 0)
    line.space(line.left - right.reduce((sum, part) => sum + cellWidth(textOf(part)) + 2, -1));
  for (const [index, part] of right.entries()) {
    line.text(look.plain ? ", " : index === 0 ? "" : "  ").text(textOf(part), part.tone);
  }
  return [line.toString()];
}

/** The longest forms that fit together; every part counts the blanks around it. */
function fit(parts: readonly Part[], width: number, look: Look): ReadonlyMap<Part, string> {
  const gap = look.plain ? 2 : look.glyphs.separator.length + 2;
  const left = parts.map((part) => ({ part, forms: [...part.forms] }));
  const total = (): number => left.reduce((sum, { forms: [form] }) => sum + (form ? cellWidth(form.text) + gap : 0), 0);
  while (total() > width) {
    const candidates = left.filter(({ forms }) => forms.length > 0);
    if (candidates.length === 0) break;
    candidates.reduce((lowest, each) => (rankOf(each) < rankOf(lowest) ? each : lowest)).forms.shift();
  }
  return new Map(left.map(({ part, forms: [form] }) => [part, form?.text ?? ""]));
}

function rankOf({ forms: [form] }: { readonly forms: Part["forms"] }): number {
  return form?.rank ?? Number.POSITIVE_INFINITY;
}

function factParts(
  { platform, layers, storedBytes, isReading, wastedBytes, efficiency }: HeaderModel,
  look: Look,
): Part[] {
  const parts: Part[] = [];
  const add = (rank: number, tone: Tone, text: string): void => {
    parts.push({ forms: [{ text, rank }], tone });
  };
  const bytes = (count: number): string => formatBytes(count, look.units);
  if (platform !== undefined) add(2, "muted", showable(platform.slice(0, NAME_MOST), look));
  if (layers !== undefined) add(3, "text", plural(layers, "layer"));
  if (storedBytes !== undefined) add(4, "text", `${bytes(storedBytes)} ${isReading ? "so far" : "stored"}`);
  if (wastedBytes !== undefined) add(7, wastedBytes > 0 ? "wasted" : "good", `${bytes(wastedBytes)} wasted`);
  if (efficiency !== undefined) add(6, "text", `efficiency ${formatShare(efficiency, 1)}`);
  return parts;
}

function stateParts({ marked, notes, notesKey, isIncomplete, hasFailed, progress }: HeaderModel, look: Look): Part[] {
  const parts: Part[] = [];
  if (notes > 0) parts.push({ forms: noteForms(notes, notesKey), tone: "muted" });
  if (hasFailed) parts.push({ forms: [{ text: "failed", rank: 9 }], tone: "error" });
  else if (isIncomplete) {
    const forms = [
      { text: "incomplete", rank: 8 },
      { text: "!", rank: 11 },
    ];
    parts.push({ forms, tone: "error" });
  }
  if (marked) {
    const count = `${marked.count.toLocaleString("en")} marked`;
    const saved = formatBytes(marked.bytes, look.units);
    const forms = [
      { text: `${count}: saves ${saved}`, rank: 9 },
      { text: `saves ${saved}`, rank: 12 },
    ];
    parts.push({ forms, tone: "marked" });
  }
  if (progress) parts.push({ forms: progressForms(progress, look), tone: "accent" });
  return parts;
}

function noteForms(notes: number, key: string | undefined): Part["forms"] {
  const text = plural(notes, "note");
  return [...(key === undefined ? [] : [{ text: `${text}: ${key}`, rank: 0.5 }]), { text, rank: 1 }];
}

function progressForms({ phase, layer, layers, share, bytes }: HeaderProgress, look: Look): Part["forms"] {
  if (phase === "opening" && bytes === 0) return [{ text: "opening", rank: 13 }];
  if (phase === "inspecting")
    return [
      { text: "looking into files", rank: 1.5 },
      { text: "looking", rank: 13 },
    ];
  if (phase === "comparing")
    return [
      { text: "comparing contents", rank: 5 },
      { text: "comparing", rank: 13 },
    ];
  const place = layers === undefined ? "" : layers === 0 ? "" : `layer ${layer} of ${layers}`;
  // Of a stream nobody knows how much is to come.
  const how = share === undefined ? formatBytes(bytes, look.units) : `${Math.floor(share * 100)} %`;
  const bar = share === undefined || look.plain ? "" : `${barText(look, BAR, share)}  `;
  const words = ["reading", place].filter(Boolean).join(" ");
  return [
    { text: `${words}  ${bar}${how}`, rank: 5 },
    { text: `${words}  ${how}`, rank: 7.5 },
    { text: `reading ${how}`, rank: 10 },
    { text: how, rank: 13 },
  ];
}
