/** What COPY and ADD say, and where their paths are. */
import { expect, test } from "vitest";
import type { BuildStep } from "../../src/advice/build-steps.ts";
import { copyCommand, joinPath, workingDirectory } from "../../src/advice/copy-command.ts";
import { parseCommand } from "../../src/model/build-command.ts";

const stepsOf = (...commands: string[]): BuildStep[] =>
  commands.map((createdBy, index) => ({
    index,
    layer: index,
    command: parseCommand(createdBy),
    statements: [],
    isOwn: true,
  }));
const only = (command: string) => stepsOf(command).map((step) => copyCommand(step))[0];

test("sources, target and flags are told apart, also in brackets", () => {
  expect(only("COPY --chown=a:b --link a b/ /c/ # buildkit")).toEqual({
    keyword: "COPY",
    flags: ["--chown=a:b", "--link"],
    sources: ["a", "b/"],
    target: "/c/",
    hidden: undefined,
  });
  expect(only('ADD ["a b", "c d"]')).toMatchObject({ keyword: "ADD", sources: ["a b"], target: "c d" });
});

test("the classic builder hides what it copied", () => {
  const hash = "0".repeat(64);
  expect(only(`/bin/sh -c #(nop) COPY multi:${hash} in ./ `)).toMatchObject({
    sources: [],
    target: "./",
    hidden: "multi",
  });
});

test.each(["RUN a b", "COPY", "COPY a", "ADD [1]", 'ADD ["a"', "COPY --flag", ""])("%s copies nothing", (command) => {
  expect(only(command)?.sources ?? []).toEqual([]);
});

test("relative paths are in the directory that was set last", () => {
  const steps = stepsOf("WORKDIR x", "WORKDIR /a", "RUN cd /z", "WORKDIR b/../c", "COPY . .", "WORKDIR /d");
  expect(steps.map((step) => workingDirectory(steps, step))).toEqual(["/", "/x", "/a", "/a", "/a/c", "/a/c"]);
  expect(joinPath("/a/b", "../../../c/./d//")).toBe("/c/d");
});
