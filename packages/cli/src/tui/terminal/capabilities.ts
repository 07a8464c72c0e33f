/** What the terminal can do, from what the environment says. */
import type { ColorDepth } from "../present/create-look.ts";

export interface Capabilities {
  readonly colors: ColorDepth;
  /** Whether more than ASCII can be shown. */
  readonly unicode: boolean;
  /** Whether there are no cursor movements, so that no full-screen view is possible. */
  readonly dumb: boolean;
  /** Undefined where the environment does not tell; the terminal may still answer when it is asked. */
  readonly background: "dark" | "light" | undefined;
}

/**
 * Colours by the same rules as everywhere: --no-color beats all, FORCE_COLOR beats NO_COLOR, and a dumb terminal or none
 * means no colour.
 */
export function terminalCapabilities(
  stream: { readonly isTTY?: boolean },
  env: NodeJS.ProcessEnv,
  colorOption: boolean,
): Capabilities {
  return {
    colors: colorOption ? colorDepth(stream, env) : "none",
    unicode: isUnicode(env),
    dumb: !env.TERM || env.TERM === "dumb",
    background: background(env.COLORFGBG),
  };
}

function colorDepth(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): ColorDepth {
  switch (env.FORCE_COLOR) {
    case undefined:
      return env.NO_COLOR || env.TERM === "dumb" || stream.isTTY !== true ? "none" : depthOfTerminal(env);
    case "0":
    case "false":
      return "none";
    case "1":
      return "16";
    case "2":
      return "256";
    case "3":
      return "true";
    default: {
      const depth = depthOfTerminal(env);
      return depth === "none" ? "16" : depth;
    }
  }
}

function depthOfTerminal(env: NodeJS.ProcessEnv): ColorDepth {
  const term = env.TERM ?? "";
  if (/^(truecolor|24bit)$/i.test(env.COLORTERM ?? "")) return "true";
  if (/-direct\b|^xterm-(kitty|ghostty)|^(alacritty|foot|wezterm|contour)\b/.test(term)) return "true";
  if (/^(iTerm\.app|vscode|WezTerm|ghostty)$/.test(env.TERM_PROGRAM ?? "") || env.WT_SESSION) return "true";
  if (/256/.test(term)) return "256";
  return /^(dumb|vt\d.*|.*-m(ono)?)$/.test(term) ? "none" : "16";
}

/**
 * The Linux console takes UTF-8, but its font has few signs besides letters. Where nothing is said, as in most containers,
 * the terminal outside is a usual one.
 */
function isUnicode(env: NodeJS.ProcessEnv): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  return env.TERM !== "linux" && (!locale || /utf-?8/i.test(locale));
}

/** `foreground;background` or `foreground;something;background`, in numbers of the 16 colours. */
function background(colors: string | undefined): Capabilities["background"] {
  const last = colors?.split(";").at(-1) ?? "";
  if (!/^\d+$/.test(last) || Number(last) > 15) return undefined;
  return Number(last) < 7 || Number(last) === 8 ? "dark" : "light";
}
