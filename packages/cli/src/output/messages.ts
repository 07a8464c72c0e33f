/** Errors and warnings on standard error. */
import { escapeText, LayerscopeError, type ResolutionStep, type ScannedImage } from "@layerscope/core";
import { harmlessInLog } from "./harmless-in-log.ts";

/** One line that says what is wrong, the choices where there are some, and what to do. */
export function printError(thrown: unknown): void {
  if (!(thrown instanceof LayerscopeError)) {
    // A defect of ours: the stack is what helps.
    const { stack, message } = thrown as Error;
    say(`layerscope: unexpected error: ${stack ?? message}\n`);
    return;
  }
  const lines = [`layerscope: ${escapeText(thrown.message)}`];
  lines.push(...thrown.choices.map((choice) => `  ${escapeText(choice)}`));
  if (thrown.hint) lines.push(`  ${escapeText(thrown.hint)}`);
  say(`${lines.join("\n")}\n`);
}

/** One line on what is odd but stops nothing. @param text not escaped */
export function printWarning(text: string): void {
  say(`layerscope: warning: ${escapeText(text)}\n`);
}

/** One line on a place that was asked for an image. */
export function printStep({ place, outcome }: ResolutionStep): void {
  say(`layerscope: ${escapeText(`${place}: ${outcome}`)}\n`);
}

/** In a job of GitHub Actions standard error is read for commands, too. */
function say(text: string): void {
  process.stderr.write(process.env.GITHUB_ACTIONS === "true" ? harmlessInLog(text) : text);
}

/**
 * Says what could not be read of an image whose output was printed all the same, and makes the command end with 2. What
 * is absent by design is a warning.
 */
export function reportTrouble(image: ScannedImage, quiet: boolean): void {
  for (const error of image.errors) {
    const { layer } = error.where;
    const subject = layer === undefined ? "" : `layer ${layer}: `;
    printError(new LayerscopeError(error.code, `${subject}${error.message}`, { hint: error.hint }));
    process.exitCode = 2;
  }
  if (quiet) return;
  for (const { code, message } of image.diagnostics) {
    if (code === "layer-absent") printWarning(message);
  }
}
