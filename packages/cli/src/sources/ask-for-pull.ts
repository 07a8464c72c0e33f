/** Asks on the terminal whether an image may be read from its registry. */
import { createInterface } from "node:readline";
import { isatty } from "node:tty";
import { escapeText, type ImageReference, parseImageReference } from "@layerscope/core";
import { isBuildServer } from "../output/build-server.ts";

export interface AskOptions {
  /** Whether anything may be asked now; what was answered before counts in any case. */
  readonly mayAsk: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Nobody is asked twice for one name. */
const answers = new Map<string, Promise<boolean>>();

/**
 * Whether the image that no engine has may be read from its registry. Only somebody at a terminal is asked; Ctrl-C, Ctrl-D and
 * anything but yes mean no.
 */
export async function askForPull(name: string, { mayAsk, signal }: AskOptions): Promise<boolean> {
  const known = answers.get(name);
  if (known !== undefined || !mayAsk || !isSomebodyThere()) return known ?? false;
  const place = registryOf(name);
  if (!place) return false;
  const question = `No engine has ${escapeText(name)}. Read it from ${place.registry}/${place.repository}? [y/N] `;
  const answer = ask(question, signal).then((line) => /^\s*y(es)?\s*$/i.test(line));
  answers.set(name, answer);
  return answer;
}

function isSomebodyThere(): boolean {
  // Standard input is not touched before it is known to be a terminal: that alone makes reading an image from it fail.
  return isatty(0) && isatty(1) && isatty(2) && !isBuildServer(process.env);
}

/** Undefined for what no registry could have, such as an image's ID. */
function registryOf(name: string): ImageReference | undefined {
  try {
    return parseImageReference(name);
  } catch {
    return undefined;
  }
}

/** The line that is typed; empty when none is. */
function ask(question: string, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
    const end = (): void => terminal.close();
    const leave = (): void => {
      process.stderr.write("\n");
      end();
    };
    signal?.addEventListener("abort", leave);
    terminal.on("SIGINT", leave);
    terminal.on("close", () => {
      signal?.removeEventListener("abort", leave);
      resolve("");
    });
    terminal.question(question, (line) => {
      resolve(line);
      end();
    });
  });
}
