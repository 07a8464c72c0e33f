/** Where nobody looks, or the terminal cannot do it, there is the summary. */
import { describe, expect, test } from "vitest";
import { DEMO, layerscope } from "../../cli/command.ts";
import { has, onTerminal, unless } from "../../cli/terminal.ts";
import { sequencesIn } from "../sequences.ts";
import { layerscopeIn, story } from "../view.ts";

describe.skipIf(!has("python3"))(`the summary comes on a terminal${unless("python3")}`, () => {
  test.concurrent.each<[title: string, script: string, env: NodeJS.ProcessEnv]>([
    ["of a build server", `$layerscope ${DEMO}`, { CI: "true" }],
    ["of another build server", `$layerscope ${DEMO}`, { CI: "1" }],
    ["that is dumb", `$layerscope ${DEMO}`, { TERM: "dumb" }],
    ["of which nothing is known", `unset TERM; $layerscope ${DEMO}`, {}],
    ["when it goes into a pipe", `$layerscope ${DEMO} | cat`, {}],
    ["when it is asked for", `$layerscope --summary ${DEMO}`, {}],
    ["with the number of rows it should have", `$layerscope --top 3 ${DEMO}`, {}],
  ])("%s", async (_, script, env) => {
    const { code, stdout } = await onTerminal(script, { env });
    expect(code).toBe(0);
    expect(stdout).toContain("Wasted bytes by cause");
    expect(stdout).not.toContain("\u001b[?");
  });
});

test("without a terminal the summary comes", async () => {
  expect((await layerscope([DEMO])).stdout).toContain("Wasted bytes by cause");
});

const COLOUR = /^.\[[\d;]*m$/;
/** 30 to 49, 90 to 107, and colours of many. */
const codesOf = (sequence: string): number[] => sequence.slice(2, -1).split(";").map(Number);
const setsColour = (sequence: string): boolean =>
  COLOUR.test(sequence) &&
  codesOf(sequence).some((code) => (code >= 30 && code <= 38) || (code >= 40 && code <= 48) || code >= 90);

story("NO_COLOR gives a view without colours, in which signs say the same", async () => {
  const terminal = await layerscopeIn([DEMO], { env: { NO_COLOR: "1" } });
  await terminal.waitFor(([top = ""]) => top.includes("586 kB wasted"));
  await terminal.keys("]", "]", "]", "]", "]", "]", "]", "Enter", "E");
  await terminal.waitFor(/[+~*=-] .*app\//);
  await terminal.keys("2", "E", "q");
  expect(await terminal.exitStatus()).toBe(0);
  expect(sequencesIn(terminal.bytes()).filter(setsColour)).toEqual([]);
});

story("a terminal of 16 colours gets no others", async () => {
  const terminal = await layerscopeIn([DEMO], { env: { TERM: "xterm" } });
  await terminal.waitFor(([top = ""]) => top.includes("586 kB wasted"));
  await terminal.keys("2", "q");
  expect(await terminal.exitStatus()).toBe(0);
  const colours = sequencesIn(terminal.bytes()).filter(setsColour);
  expect(colours.length).toBeGreaterThan(0);
  expect(colours.filter((sequence) => /[34]8;/.test(sequence))).toEqual([]);
});
