/** Progress is shown where somebody looks at it: on a terminal, on standard error, and when it takes a while. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { temporaryPath } from "../temporary-directory.ts";
import { DEMO, layerscope } from "./command.ts";
import { has, onTerminal, unless } from "./terminal.ts";

/** The demo out of a pipe that takes most of a second. */
const SLOW = `{ head -c 600000 ${DEMO}; sleep 0.8; tail -c +600001 ${DEMO}; } 2> /dev/null`;
/** Moves to the start of the line and clears it. */
const WIPE = "\r\u001b[2K";

describe.skipIf(!has("python3"))(`on a terminal${unless("python3")}`, () => {
  test.concurrent("a slow scan says how far it is, and wipes the line at the end", async () => {
    const out = temporaryPath();
    const { code, stdout } = await onTerminal(`${SLOW} | $layerscope --json - > ${out}`);
    expect(code).toBe(0);
    expect(stdout.startsWith(`${WIPE}Reading `)).toBe(true);
    expect(stdout.endsWith(WIPE)).toBe(true);
    expect(JSON.parse(readFileSync(out, "utf8"))).toMatchObject({ complete: true });
  });

  test.concurrent("it is gone before the summary begins", async () => {
    const { stdout } = await onTerminal(`${SLOW} | $layerscope --summary --no-color -`);
    const shown = stdout.split(WIPE);
    expect(shown.length).toBeGreaterThan(2);
    expect(shown.at(-1)).toMatch(/^layerscope\/demo:latest\n/);
  });

  test.concurrent.each([
    ["with -q", "-q", ""],
    ["when standard error goes elsewhere", "", "2> /dev/null"],
  ])("there is none %s", async (_, option, redirection) => {
    const { code, stdout } = await onTerminal(`${SLOW} | $layerscope --json ${option} - > /dev/null ${redirection}`);
    expect([code, stdout]).toEqual([0, ""]);
  });

  test.concurrent("there is none for what is done at once", async () => {
    const { code, stdout } = await onTerminal(`$layerscope --json ${DEMO} > /dev/null`);
    expect([code, stdout]).toEqual([0, ""]);
  });

  test.concurrent("Ctrl-C wipes the line, and the exit code is 130", async () => {
    const stuck = `{ head -c 600000 ${DEMO}; sleep 0.8; tail -c +600001 ${DEMO} | head -c 99999; sleep 9; } 2> /dev/null`;
    // A shell without a trap would end by the signal, too, and hide the exit code.
    const { code, stdout } = await onTerminal(`trap : INT; ${stuck} | $layerscope --summary -`, { interruptAfter: 2 });
    // The terminal itself shows the key.
    const [before, ...shown] = stdout.replace("^C", "").split(WIPE);
    expect(before).toBe("");
    expect(shown[0]).toMatch(/^Reading \d{3} kB/);
    expect(shown.at(-1)).toBe("");
    expect(code).toBe(130);
  });

  test.concurrent("a terminal as input is refused, since an image cannot be typed", async () => {
    const { code, stdout } = await onTerminal("$layerscope -");
    expect(stdout).toBe(
      "layerscope: standard input is a terminal\n  Pipe an image into it: docker save IMAGE | layerscope -\n",
    );
    expect(code).toBe(2);
  });
});

test("without a terminal there is none", async () => {
  expect((await layerscope(["-"], { input: readFileSync(DEMO) })).stderr).toBe("");
});
