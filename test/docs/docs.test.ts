import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, root), "utf8");

function run(command: readonly string[], input?: string): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8", input });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout;
}

describe("docs/library.md", () => {
  const examples = [
    ...read("docs/library.md").matchAll(
      /## ([^\n]+)\n(?:(?!\n## )[\s\S])*?```js\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/g,
    ),
  ];

  it("has an example under each heading", () => {
    const headings = read("docs/library.md").match(/^## /gm) ?? [];
    expect(examples.length).toBe(headings.length);
  });

  for (const [, heading, code = "", output] of examples) {
    it(`prints what it says: ${heading}`, () => {
      expect(run(["--input-type=module"], code)).toBe(output);
    });
  }
});

describe("README.md", () => {
  it("shows what the command prints for the demo image", () => {
    const shown = /```text\n([\s\S]*?)\n {2}…\n```/.exec(read("README.md"))?.[1] ?? "nothing";
    const printed = run(["packages/cli/bin/layerscope.js", "fixtures/demo.tar"]);
    expect(printed.slice(0, shown.length)).toBe(shown);
    expect(shown.length).toBeGreaterThan(1000);
  });

  it("shows what the rules say of the demo image", () => {
    const shown = /advise fixtures[\s\S]*?```text\n([\s\S]*?)```/.exec(read("README.md"))?.[1] ?? "nothing";
    expect(run(["packages/cli/bin/layerscope.js", "advise", "fixtures/demo.tar"])).toContain(shown);
  });

  it("links only to files that are there", () => {
    for (const [, target = ""] of read("README.md").matchAll(/\]\(([^)#:]+)\)/g)) expect(read(target)).not.toBe("");
  });
});
