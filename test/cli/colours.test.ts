/** When there are colours: on a terminal, unless somebody says otherwise. */
import { describe, expect, test } from "vitest";
import { DEMO, layerscope } from "./command.ts";
import { has, onTerminal, unless } from "./terminal.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this is about
const COLOUR = /\u001b\[\d+m/;

describe("without a terminal there are", () => {
  test.concurrent.each<[what: string, env: NodeJS.ProcessEnv, args: string[], coloured: boolean]>([
    ["no colours", {}, [], false],
    ["colours with FORCE_COLOR=1", { FORCE_COLOR: "1" }, [], true],
    ["colours with FORCE_COLOR without a value", { FORCE_COLOR: "" }, [], true],
    ["colours with FORCE_COLOR in spite of NO_COLOR", { FORCE_COLOR: "1", NO_COLOR: "1" }, [], true],
    ["no colours with FORCE_COLOR=0", { FORCE_COLOR: "0" }, [], false],
    ["no colours with --no-color in spite of FORCE_COLOR", { FORCE_COLOR: "1" }, ["--no-color"], false],
  ])("%s", async (_, env, args, coloured) => {
    const { stdout } = await layerscope([...args, DEMO], { env });
    expect(COLOUR.test(stdout)).toBe(coloured);
  });
});

describe.skipIf(!has("python3"))(`on a terminal there are${unless("python3")}`, () => {
  test.concurrent.each<[what: string, env: NodeJS.ProcessEnv, args: string, coloured: boolean]>([
    ["colours", {}, "", true],
    ["colours with NO_COLOR that is empty", { NO_COLOR: "" }, "", true],
    ["no colours with NO_COLOR", { NO_COLOR: "1" }, "", false],
    ["no colours with --no-color", {}, "--no-color", false],
    ["no colours with FORCE_COLOR=0", { FORCE_COLOR: "0" }, "", false],
    ["no colours when it is a dumb one", { TERM: "dumb" }, "", false],
    ["no colours in a file", {}, "-o /dev/null", false],
    ["no colours in JSON", {}, "--json --top 0", false],
  ])("%s", async (_, env, args, coloured) => {
    const { code, stdout } = await onTerminal(`$layerscope --summary ${args} ${DEMO}`, { env });
    expect(code).toBe(0);
    expect(COLOUR.test(stdout)).toBe(coloured);
  });

  test("the same words with and without colours", async () => {
    const { stdout } = await onTerminal(`$layerscope --summary ${DEMO}`);
    const plain = await layerscope([DEMO]);
    expect(stdout.replaceAll(new RegExp(COLOUR, "g"), "")).toBe(plain.stdout);
  });
});
