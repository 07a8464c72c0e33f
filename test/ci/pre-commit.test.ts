/** The hooks for pre-commit. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../cli/command.ts";
import { temporaryFile } from "../temporary-directory.ts";
import { complaints, publishedSchema } from "./published-schema.ts";

const MANIFEST = join(ROOT, ".pre-commit-hooks.yaml");
const manifest = readFileSync(MANIFEST, "utf8");
const { version } = JSON.parse(readFileSync(join(ROOT, "packages/cli/package.json"), "utf8"));

/** The published schema has the names of stages from before pre-commit 3.2, which it takes no longer. */
function schemaOfToday(): object {
  const { definitions, ...schema } = publishedSchema("pre-commit-hooks.json");
  const stage = { type: "string", enum: ["pre-commit", "pre-push", "manual"] };
  return { ...schema, definitions: { ...(definitions as object), stage } };
}

describe(".pre-commit-hooks.yaml", () => {
  it("is what the published schema asks for", () => {
    expect(complaints(schemaOfToday(), parse(manifest))).toEqual([]);
    expect(complaints(schemaOfToday(), [{ id: "layerscope", entry: 1 }])).not.toEqual([]);
  });

  it("runs the version of this repository, on what the configuration names", () => {
    const [hook] = parse(manifest);
    expect(hook).toMatchObject({
      id: "layerscope",
      entry: `npx --yes -- layerscope@${version} ci`,
      pass_filenames: false,
      always_run: true,
    });
  });

  it("is accepted by pre-commit", ({ skip }) => {
    const found = /^pre-commit (\d+)\.(\d+)/.exec(spawnSync("pre-commit", ["--version"], { encoding: "utf8" }).stdout);
    if (!found) skip("pre-commit is not installed");
    const [, major = 0, minor = 0] = (found ?? []).map(Number);
    const isOld = major < 3 || (major === 3 && minor < 2);
    // The version that Debian has calls the stage by its old name.
    const known = manifest.replace("pre-push", "push").replace(/minimum_pre_commit_version: .*/, "");
    const file = temporaryFile(isOld ? known : manifest, ".pre-commit-hooks.yaml");
    const { status, stdout } = spawnSync("pre-commit", ["validate-manifest", file], { encoding: "utf8" });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  });
});
