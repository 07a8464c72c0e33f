import { describe, expect, test } from "vitest";
import { terminalStyle } from "../../../src/output/terminal.ts";
import { terminalCapabilities } from "../../../src/tui/terminal/capabilities.ts";

const TTY = { isTTY: true };
const capabilities = (env: NodeJS.ProcessEnv, stream: { isTTY?: boolean } = TTY, color = true) =>
  terminalCapabilities(stream, env, color);

describe("colours", () => {
  test.each<[NodeJS.ProcessEnv, string]>([
    [{ TERM: "xterm" }, "16"],
    [{ TERM: "linux" }, "16"],
    [{ TERM: "vt100" }, "none"],
    [{ TERM: "xterm-mono" }, "none"],
    [{ TERM: "dumb" }, "none"],
    [{ TERM: "xterm-256color" }, "256"],
    [{ TERM: "tmux-256color" }, "256"],
    [{ TERM: "xterm-256color", COLORTERM: "truecolor" }, "true"],
    [{ TERM: "xterm", COLORTERM: "24bit" }, "true"],
    [{ TERM: "xterm-kitty" }, "true"],
    [{ TERM: "xterm-direct" }, "true"],
    [{ TERM: "xterm-256color", TERM_PROGRAM: "iTerm.app" }, "true"],
    [{ TERM: "xterm-256color", TERM_PROGRAM: "Apple_Terminal" }, "256"],
    [{ TERM: "xterm-256color", NO_COLOR: "1" }, "none"],
    [{ TERM: "xterm-256color", NO_COLOR: "" }, "256"],
    [{ TERM: "xterm-256color", FORCE_COLOR: "0" }, "none"],
    [{ TERM: "xterm-256color", FORCE_COLOR: "false" }, "none"],
    [{ TERM: "xterm-256color", FORCE_COLOR: "1" }, "16"],
    [{ TERM: "xterm", FORCE_COLOR: "2" }, "256"],
    [{ TERM: "xterm", FORCE_COLOR: "3" }, "true"],
    [{ TERM: "dumb", FORCE_COLOR: "true" }, "16"],
    [{ TERM: "xterm-256color", FORCE_COLOR: "true" }, "256"],
    [{ TERM: "xterm", NO_COLOR: "1", FORCE_COLOR: "3" }, "true"],
  ])("of %j are %s", (env, colors) => {
    expect(capabilities(env).colors).toBe(colors);
  });

  test("--no-color beats FORCE_COLOR", () => {
    expect(capabilities({ TERM: "xterm", FORCE_COLOR: "3" }, TTY, false).colors).toBe("none");
  });

  test("are there exactly where the summary has them", () => {
    for (const TERM of ["xterm", "xterm-256color", "dumb"]) {
      for (const NO_COLOR of [undefined, "", "1"]) {
        for (const FORCE_COLOR of [undefined, "0", "false", "", "1", "true", "3"]) {
          for (const isTTY of [true, false]) {
            for (const option of [true, false]) {
              const env = {
                TERM,
                ...(NO_COLOR !== undefined && { NO_COLOR }),
                ...(FORCE_COLOR !== undefined && { FORCE_COLOR }),
              };
              const isColored = capabilities(env, { isTTY }, option).colors !== "none";
              expect([env, isTTY, option, isColored]).toEqual([
                env,
                isTTY,
                option,
                terminalStyle({ isTTY }, env, option).color,
              ]);
            }
          }
        }
      }
    }
  });
});

test.each<[NodeJS.ProcessEnv, boolean]>([
  [{}, true],
  [{ LANG: "en_US.UTF-8" }, true],
  [{ LANG: "C.utf8" }, true],
  [{ LANG: "de_DE.ISO-8859-1" }, false],
  [{ LC_ALL: "C", LANG: "en_US.UTF-8" }, false],
  [{ LC_ALL: "", LC_CTYPE: "UTF-8", LANG: "C" }, true],
  [{ TERM: "linux", LANG: "en_US.UTF-8" }, false],
])("more than ASCII with %j: %s", (env, unicode) => {
  expect(capabilities({ TERM: "xterm", ...env }).unicode).toBe(unicode);
});

test.each([
  [{ TERM: "dumb" }, true],
  [{ TERM: "" }, true],
  [{}, true],
  [{ TERM: "xterm" }, false],
])("%j is dumb: %s", (env, dumb) => {
  expect(capabilities(env).dumb).toBe(dumb);
});

test.each([
  ["15;0", "dark"],
  ["0;15", "light"],
  ["0;default;7", "light"],
  ["7;8", "dark"],
  ["0;default", undefined],
  ["0;232", undefined],
  ["", undefined],
  [undefined, undefined],
])("COLORFGBG %j has a background that is %s", (COLORFGBG, background) => {
  expect(capabilities({ TERM: "rxvt", ...(COLORFGBG !== undefined && { COLORFGBG }) }).background).toBe(background);
});
