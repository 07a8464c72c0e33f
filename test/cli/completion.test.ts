/** Completion of the command line: what the command answers, and what bash, zsh and fish make of it. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryPath } from "../temporary-directory.ts";
import { HAS_TMUX, Terminal, WITHOUT_TMUX } from "../tui/tmux.ts";
import { COMMAND, layerscope, ROOT } from "./command.ts";
import { widest } from "./display-width.ts";
import { has, unless } from "./terminal.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

interface Answer {
  readonly paths: string;
  readonly prefix: string;
  readonly words: readonly string[];
}

/** What may come; the last of the words is the one being typed. */
async function following(...words: string[]): Promise<Answer> {
  const { code, stdout, stderr } = await layerscope(["complete", "--", ...words]);
  expect([code, stderr]).toEqual([0, ""]);
  const [first = "", ...candidates] = stdout.split("\n").slice(0, -1);
  const [paths = "", prefix = ""] = first.split(" ");
  return { paths, prefix, words: candidates.map((line) => line.split("\t")[0] ?? "") };
}

const FILES: Answer = { paths: "files", prefix: "", words: [] };
const NOTHING: Answer = { paths: "none", prefix: "", words: [] };

describe.concurrent("the command knows what may come:", () => {
  test("first a command, or an image, which is a file", async () => {
    const { paths, words } = await following("");
    expect(paths).toBe("files");
    expect(words).toEqual(expect.arrayContaining(["ls", "cat", "extract", "history", "build", "ci", "completion"]));
    // What only scripts ask is not offered.
    expect(words).not.toContain("complete");
    expect(await following("--summary", "")).toEqual(FILES);
  });

  test("exactly the options that --help of a command names", async () => {
    for (const command of ["ls", "extract", "ci"]) {
      const { stdout } = await layerscope([command, "--help"]);
      const inHelp = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option]) => option);
      expect(new Set((await following(command, "--")).words)).toEqual(new Set(inHelp));
    }
  });

  test("short options where one dash was typed", async () => {
    expect((await following("ls", "-")).words).toEqual(expect.arrayContaining(["-q", "-h", "--quiet"]));
    expect((await following("ls", "--")).words).not.toContain("-q");
  });

  test("an option once, and again only where that means something", async () => {
    const { words } = await following(
      "ci",
      "--json",
      "--base",
      "base.tar",
      "--max-size=5MB",
      "--forbidden",
      ".env",
      "--",
    );
    for (const option of ["--json", "--base"]) expect(words).not.toContain(option);
    for (const option of ["--base-layers", "--max-size", "--forbidden"]) expect(words).toContain(option);
  });

  test("options of ci wherever the command line means ci", async () => {
    expect((await following("--ci", "app.tar", "--")).words).toContain("--max-growth");
    expect((await following("app.tar", "--non-root", "--")).words).toContain("--max-growth");
    expect((await following("app.tar", "--")).words).not.toContain("--max-growth");
  });

  test.each([
    ["--format", ["table", "markdown", "json", "junit", "sarif", "github", "gitlab", "metrics"]],
    ["--layers", ["image", "own", "base"]],
    ["--pull", ["never", "missing", "always"]],
    ["--cause", ["deleted", "hidden", "rewritten", "metadata", "identical", "duplicate-member"]],
  ])("the values of %s", async (option, values) => {
    expect(await following("ci", option, "")).toEqual({ ...NOTHING, words: values });
    expect(await following("ci", `${option}=`)).toEqual({ ...NOTHING, prefix: `${option}=`, words: values });
  });

  test("usual platforms", async () => {
    expect((await following("--platform", "")).words).toEqual(expect.arrayContaining(["linux/amd64", "linux/arm64"]));
  });

  test("files and directories, for the shell to find", async () => {
    expect(await following("ci", "app.tar", "")).toEqual(FILES);
    for (const option of ["--config", "--base", "--baseline", "-o", "--output"]) {
      expect(await following("ci", option, "")).toEqual(FILES);
    }
    expect(await following("build", "-t", "app", "")).toEqual(FILES);
    expect(await following("ci", "--baseline=ma")).toEqual({ ...FILES, prefix: "--baseline=" });
    expect(await following("ci", "--format", "junit=ju")).toEqual({ ...FILES, prefix: "junit=" });
    expect(await following("ci", "--format=junit=ju")).toEqual({ ...FILES, prefix: "--format=junit=" });
    expect(await following("extract", "app.tar", "--to", "")).toEqual({ ...NOTHING, paths: "directories" });
  });

  test("nothing where only the user can know", async () => {
    expect(await following("ls", "app.tar", "")).toEqual(NOTHING);
    expect(await following("ci", "--max-size", "")).toEqual(NOTHING);
    expect(await following("app.tar", "")).toEqual(NOTHING);
    expect(await following("ls", "--no-such-option=")).toEqual(NOTHING);
    expect(await following("ci", "--format", "nothing=ju")).toMatchObject({ paths: "none" });
  });

  test("no options after --, where they would be files", async () => {
    expect(await following("ci", "--", "--ma")).toEqual(FILES);
  });
});

test("completion --help says how to install it", async () => {
  const { code, stdout } = await layerscope(["completion", "--help"]);
  expect(code).toBe(0);
  for (const shell of SHELLS) expect(stdout).toContain(`layerscope completion ${shell} > `);
  expect(widest(stdout)).toBeLessThanOrEqual(80);
});

test("a shell that is not known is an error that names those that are", async () => {
  const { code, stdout, stderr } = await layerscope(["completion", "tcsh"]);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("bash, zsh, fish");
});

test("the published package has the scripts, which are among the sources", () => {
  const { files } = JSON.parse(readFileSync(join(ROOT, "packages/cli/package.json"), "utf8")) as { files: string[] };
  expect(files).toContain("src");
});

const FILE_NAMES = ["my image.tar", "other.tar", 'a"b$c.tar', "größe.tar", "list.tar"];

/** How each shell is started, and what it reads then; the script is installed as --help says. */
const SET_UP: Readonly<Record<Shell, { options: string[]; script: string; settings: string; content: string }>> = {
  bash: {
    options: ["--noprofile", "--rcfile", ".bashrc"],
    script: ".layerscope.bash",
    settings: ".bashrc",
    content: "PS1='> '\nsource ~/.layerscope.bash\n",
  },
  zsh: {
    options: [],
    script: ".layerscope.zsh",
    settings: ".zshrc",
    content: "PS1='> '\nautoload -Uz compinit\ncompinit -u -D\nsource ~/.layerscope.zsh\n",
  },
  fish: {
    options: [],
    script: ".config/fish/completions/layerscope.fish",
    settings: ".config/fish/config.fish",
    content: "set fish_greeting\nset -g fish_autosuggestion_enabled 0\nfunction fish_prompt; echo '> '; end\n",
  },
};

/** A shell at home, where some files are; `layerscope` is the built command, and its completion is installed. */
async function startShell(shell: Shell): Promise<{ terminal: Terminal; home: string }> {
  const home = temporaryPath();
  const { options, script, settings, content } = SET_UP[shell];
  // Without the last one fish begins to read all manual pages.
  for (const folder of [".bin", "my dir", ".config/fish/completions", ".local/share/fish/generated_completions"]) {
    mkdirSync(join(home, folder), { recursive: true });
  }
  for (const name of FILE_NAMES) writeFileSync(join(home, name), "");
  writeFileSync(join(home, ".bin/layerscope"), `#!/bin/sh\nexec '${process.execPath}' '${COMMAND}' "$@"\n`);
  chmodSync(join(home, ".bin/layerscope"), 0o755);
  writeFileSync(join(home, script), (await layerscope(["completion", shell])).stdout);
  writeFileSync(join(home, settings), content);
  const env = {
    HOME: home,
    ZDOTDIR: undefined,
    XDG_CONFIG_HOME: undefined,
    XDG_DATA_HOME: undefined,
    PATH: `${join(home, ".bin")}:${process.env.PATH}`,
    LC_ALL: "C.UTF-8",
  };
  const terminal = await Terminal.start([shell, ...options, "-i"], { cwd: home, env });
  await terminal.waitFor((rows) => rows.includes(">"));
  return { terminal, home };
}

/** A tab after the first text makes the second of it. What is typed after the tab shows that the shell is done. */
async function expectCompleted(terminal: Terminal, typed: string, completed: string): Promise<void> {
  await terminal.text(`${typed}\tX`);
  await terminal.waitFor((rows) => rows.includes(`> ${completed}X`));
  await terminal.keys("C-u");
}

describe.each(SHELLS)("%s", (shell) => {
  const inShell = (what: string, play: () => Promise<void>): void =>
    test.skipIf(!has(shell) || !HAS_TMUX)(`${what}${unless(shell)}${WITHOUT_TMUX}`, play, 60_000);

  inShell("completes commands, options and values, and runs nothing of what was typed", async () => {
    const { terminal, home } = await startShell(shell);
    await expectCompleted(terminal, "layerscope com", "layerscope completion ");
    await expectCompleted(terminal, "layerscope ci other.tar --non-r", "layerscope ci other.tar --non-root ");
    await expectCompleted(terminal, "layerscope --ci --format=jun", "layerscope --ci --format=junit ");
    await expectCompleted(terminal, "layerscope ci --cause dup", "layerscope ci --cause duplicate-member ");
    await expectCompleted(terminal, "layerscope ls other.tar oth", "layerscope ls other.tar oth");
    const hostile = "layerscope ci \"$(touch touched)\" '; touch touched;' $(touch touched)";
    await expectCompleted(terminal, `${hostile} --non-r`, `${hostile} --non-root `);
    expect(existsSync(join(home, "touched"))).toBe(false);
  });

  inShell("completes names of files and directories in its own way", async () => {
    const { terminal } = await startShell(shell);
    await expectCompleted(terminal, "layerscope li", "layerscope list.tar ");
    await expectCompleted(terminal, "layerscope ci my\\ i", "layerscope ci my\\ image.tar ");
    await expectCompleted(terminal, 'layerscope ci "my i', 'layerscope ci "my image.tar" ');
    await expectCompleted(terminal, 'layerscope ci a\\"', 'layerscope ci a\\"b\\$c.tar ');
    await expectCompleted(terminal, "layerscope ci --base=grö", "layerscope ci --base=größe.tar ");
    await expectCompleted(
      terminal,
      "layerscope ci größe.tar --format junit=ot",
      "layerscope ci größe.tar --format junit=other.tar ",
    );
    await expectCompleted(
      terminal,
      "layerscope ci --format=junit=my\\ i",
      "layerscope ci --format=junit=my\\ image.tar ",
    );
    await expectCompleted(
      terminal,
      "layerscope extract other.tar --to m",
      "layerscope extract other.tar --to my\\ dir/",
    );
    await expectCompleted(terminal, "layerscope --json other.tar > li", "layerscope --json other.tar > list.tar ");
  });
});
