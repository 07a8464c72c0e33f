/** The clipboard of the terminal's user, also from the other end of a connection. */

/** Characters of base64 beyond which terminals drop the whole text. */
const LONGEST = 74_994;
/** Bytes that GNU screen passes on at a time are fewer than 768. */
const SCREEN_PIECE = 512;

/**
 * What makes the terminal put a text on the clipboard (OSC 52), told in a way that reaches it through tmux and GNU screen.
 * @returns undefined when the text is longer than terminals take, some 56 KB
 */
export function copySequence(text: string, env: NodeJS.ProcessEnv): string | undefined {
  const encoded = Buffer.from(text).toString("base64");
  if (encoded.length > LONGEST) return undefined;
  const sequence = `\x1b]52;c;${encoded}\x07`;
  // Which of the two tmux obeys, if any, is the user's setting; when both, the clipboard is set to the same twice.
  if (env.TMUX) return `${sequence}\x1bPtmux;${sequence.replaceAll("\x1b", "\x1b\x1b")}\x1b\\`;
  if (env.STY || env.TERM?.startsWith("screen")) {
    const pieces = sequence.match(new RegExp(`[^]{1,${SCREEN_PIECE}}`, "g")) ?? [];
    return pieces.map((piece) => `\x1bP${piece}\x1b\\`).join("");
  }
  return sequence;
}
