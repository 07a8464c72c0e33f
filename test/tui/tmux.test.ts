/** The terminal that the stories are played in, with programs other than ours. */
import { expect, test } from "vitest";
import { HAS_TMUX, Terminal, WITHOUT_TMUX } from "./tmux.ts";

/** Takes the terminal as a full-screen program does, says what it gets, and leaves it as `q` or a signal finds it. */
const TAKES_ALL = `
process.stdin.setRawMode(true);
process.stdout.write("\\x1b[?1049h\\x1b[?25l\\x1b[?1002h\\x1b[?1006hready " + process.stdout.columns);
process.stdout.on("resize", () => process.stdout.write("\\r\\nnow " + process.stdout.columns));
process.stdin.on("data", (data) => {
  if (String(data) === "q") process.exit(7);
  process.stdout.write("\\r\\ngot " + JSON.stringify(String(data)));
});`;

test.skipIf(!HAS_TMUX)(
  `keys, mouse and size reach a program, and it is seen what it leaves behind${WITHOUT_TMUX}`,
  async () => {
    const terminal = await Terminal.start([process.execPath, "-e", TAKES_ALL], { columns: 70, env: { SOME: "it's" } });
    await terminal.waitFor("ready 70");
    await terminal.keys("Up", ";");
    await terminal.waitFor('got "\\u001b[A');
    await terminal.mouse("wheel-down", 4, 2);
    await terminal.waitFor("[<65;5;3M");
    await terminal.resize(50, 12);
    await terminal.waitFor("now 50");
    expect(await terminal.screen()).toHaveLength(12);
    expect(await terminal.state()).toMatchObject({ alternateScreen: true, cursorVisible: false, mouse: true });
    expect(await terminal.state()).not.toMatchObject({ line: terminal.stateBefore().line });
    await terminal.text("q");
    expect(await terminal.exitStatus()).toBe(7);
    expect(await terminal.state()).toMatchObject({ alternateScreen: true, cursorVisible: false, mouse: true });
    expect(terminal.bytes().startsWith("\u001b[?1049h\u001b[?25l")).toBe(true);
    await expect(terminal.waitFor("never", 50)).rejects.toThrow(
      /ended with 7, no never on the screen:\n {2}\| ready 70/,
    );
  },
);

test.skipIf(!HAS_TMUX)(`a signal ends a program as a shell would tell${WITHOUT_TMUX}`, async () => {
  const terminal = await Terminal.start(["sleep", "60"], { env: { TERM: "dumb" } });
  await terminal.kill("SIGTERM");
  expect(await terminal.exitStatus()).toBe(143);
  expect(await terminal.state()).toEqual(terminal.stateBefore());
});
