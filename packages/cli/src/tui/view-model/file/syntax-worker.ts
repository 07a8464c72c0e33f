/** Runs in a thread of its own: loading the highlighter and using it each take longer than a key may wait. */
import { parentPort } from "node:worker_threads";
import { common, createLowlight } from "lowlight";
import { SPAN_TONES, type SpanTone } from "./spans.ts";
import type { SyntaxReply, SyntaxTask } from "./syntax.ts";

const lowlight = createLowlight(common);

type Root = ReturnType<typeof lowlight.highlight>;

const TONES: Readonly<Record<string, SpanTone>> = {
  "hljs-keyword": "keyword",
  "hljs-built_in": "keyword",
  "hljs-type": "keyword",
  "hljs-literal": "keyword",
  "hljs-meta": "keyword",
  "hljs-selector-tag": "keyword",
  "hljs-string": "string",
  "hljs-regexp": "string",
  "hljs-char": "string",
  "hljs-link": "string",
  "hljs-code": "string",
  "hljs-number": "number",
  "hljs-symbol": "number",
  "hljs-comment": "comment",
  "hljs-quote": "comment",
  "hljs-doctag": "comment",
  "hljs-title": "name",
  "hljs-name": "name",
  "hljs-attr": "name",
  "hljs-attribute": "name",
  "hljs-section": "name",
  "hljs-property": "name",
  "hljs-variable": "name",
  "hljs-selector-class": "name",
  "hljs-selector-id": "name",
  "hljs-bullet": "name",
  "hljs-addition": "added",
  "hljs-deletion": "removed",
  "hljs-strong": "strong",
};

const port = parentPort;
port?.on("message", ({ id, language, text }: SyntaxTask) => {
  let spans = new Uint32Array(0);
  try {
    spans = spansOf(lowlight.highlight(language, text));
  } catch {
    // A language that is not there, or a text that the grammar gives up on: it stays without colours.
  }
  const reply: SyntaxReply = { id, spans };
  port.postMessage(reply, [spans.buffer]);
});

interface Open {
  readonly children: Root["children"];
  next: number;
  readonly tone: number;
}

const NO_TONE = -1;

function spansOf(root: Root): Uint32Array<ArrayBuffer> {
  const numbers: number[] = [];
  let at = 0;
  const open: Open[] = [{ children: root.children, next: 0, tone: NO_TONE }];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const node = top.children[top.next++];
    if (!node) open.pop();
    else if (node.type === "element") {
      open.push({ children: node.children, next: 0, tone: toneOf(node.properties.className, top.tone) });
    } else if (node.type === "text") {
      if (top.tone !== NO_TONE) numbers.push(at, at + node.value.length, top.tone);
      at += node.value.length;
    }
  }
  return Uint32Array.from(numbers);
}

function toneOf(classes: unknown, otherwise: number): number {
  const [first] = Array.isArray(classes) ? classes : [];
  const tone = typeof first === "string" && Object.hasOwn(TONES, first) ? TONES[first] : undefined;
  // What stands in a string is code again; what has no tone of its own has that of what it stands in.
  if (first === "hljs-subst") return NO_TONE;
  return tone === undefined ? otherwise : SPAN_TONES.indexOf(tone);
}
