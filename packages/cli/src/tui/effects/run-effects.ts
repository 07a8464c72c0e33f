/** Does what the state cannot: copies, writes, hands the terminal over. What came of it goes back as an action. */
import { analyse, escapeText, extractFiles, LayerscopeError, stringifyReport } from "@layerscope/core";
import { formatBytes } from "../../output/bytes.ts";
import { plural } from "../../output/plural.ts";
import { writeFilePieces } from "../../output/write.ts";
import type { Action, Message } from "../state/actions.ts";
import type { State } from "../state/state.ts";
import { copySequence } from "../terminal/clipboard.ts";
import type { TerminalSession } from "../terminal/session.ts";
import type { Effect, ImageChoice } from "./effects.ts";
import { openInEditor, openInPager } from "./hand-off.ts";

export interface EffectContext {
  readonly terminal: TerminalSession;
  readonly env: NodeJS.ProcessEnv;
  readonly dispatch: (action: Action) => void;
  readonly quit: () => void;
  readonly chooseImage: (choice: ImageChoice) => void;
  readonly signal: AbortSignal;
}

export function runEffect(effect: Effect, state: State, context: EffectContext): void {
  switch (effect.type) {
    case "quit":
      context.quit();
      return;
    case "suspend":
      void context.terminal.suspend();
      return;
    case "mouse":
      context.terminal.setMouse(effect.on);
      return;
    case "choose-image":
      context.chooseImage(effect.choice);
      return;
    case "copy":
      tell(context, copy(effect, context));
      return;
    default:
      run(effect, state, context).then(
        (message) => message && tell(context, message),
        (thrown: unknown) => tell(context, failure(thrown)),
      );
  }
}

type Slow = Extract<Effect, { type: "extract" | "export-report" | "hand-off" }>;

async function run(effect: Slow, state: State, context: EffectContext): Promise<Message | undefined> {
  switch (effect.type) {
    case "extract":
      return extract(effect, state, context);
    case "export-report":
      return exportReport(effect.file, state);
    case "hand-off":
      return handOff(effect, state, context);
  }
}

function tell({ dispatch }: EffectContext, message: Message): void {
  dispatch({ type: "told", message });
}

function failure(thrown: unknown): Message {
  if (thrown instanceof LayerscopeError) {
    const { message, hint } = thrown;
    return { tone: "error", text: escapeText(hint ? `${message}. ${hint}` : message) };
  }
  return { tone: "error", text: escapeText(thrown instanceof Error ? thrown.message : String(thrown)) };
}

function copy({ text, what }: Extract<Effect, { type: "copy" }>, { terminal, env }: EffectContext): Message {
  const sequence = copySequence(text, env);
  if (sequence === undefined) return { tone: "warning", text: `It is too long for the terminal's clipboard: ${what}` };
  terminal.output.write(sequence);
  return { tone: "good", text: `Copied ${what}, if the terminal lets programs do so.` };
}

async function extract(
  { nodes, layer, directory }: Extract<Effect, { type: "extract" }>,
  { subject, look }: State,
  context: EffectContext,
): Promise<Message> {
  const { image } = subject;
  if (!image) return { tone: "warning", text: "Files can be written when all layers are read." };
  tell(context, { tone: "good", text: `Writing to ${escapeText(directory)} …` });
  const { files, directories, symlinks, bytes, skipped } = await extractFiles(image, {
    layer,
    nodes,
    directory,
    signal: context.signal,
  });
  const left = skipped.length > 0 ? `, left out ${plural(skipped.length, "device or pipe", "devices and pipes")}` : "";
  const wrote = `${plural(files, "file")} (${formatBytes(bytes, look.units)}), ${plural(directories, "directory", "directories")} and ${plural(symlinks, "link")}`;
  return { tone: "good", text: `Wrote ${wrote} to ${escapeText(directory)}${left}` };
}

async function exportReport(file: string, { subject }: State): Promise<Message> {
  const { image, analysis, reference, inspection, advice, base } = subject;
  if (!image) return { tone: "warning", text: "The report can be written when all layers are read." };
  writeFilePieces(
    file,
    stringifyReport(analysis ?? analyse(image), { reference, files: true, base: base?.found, inspection, advice }),
  );
  return {
    tone: "good",
    text: `Wrote the report to ${escapeText(file)}; layerscope ${escapeText(file)} opens it again.`,
  };
}

async function handOff(
  { to, node, layer }: Extract<Effect, { type: "hand-off" }>,
  { subject }: State,
  { terminal, env, signal }: EffectContext,
): Promise<Message | undefined> {
  const { image } = subject;
  if (!image) return { tone: "warning", text: "Files can be opened when all layers are read." };
  const open = to === "pager" ? openInPager : openInEditor;
  return open({ image, node, layer, env, signal, handOver: (run) => terminal.handOver(run) });
}
