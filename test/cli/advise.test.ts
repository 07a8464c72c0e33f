/** `layerscope advise IMAGE`, and secrets in whatever is printed. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryPath } from "../temporary-directory.ts";
import { DEMO, layerscope, type Result } from "./command.ts";
import { widest } from "./display-width.ts";
import { IN_CONFIGURATION, IN_FILES, PACKINGS, secretImage, tells } from "./secret-image.ts";

const directory = temporaryPath("advise");
const at = (name: string): string => join(directory, name);
const IMAGE = "image.tar";
/** None of its layers is a base image's. */
const OWN = ["--base-layers", "0"];

beforeAll(() => {
  mkdirSync(directory);
  for (const packing of PACKINGS) writeFileSync(at(`${packing}.tar`), secretImage(packing));
  writeFileSync(at(IMAGE), secretImage());
});

const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => layerscope(args, { cwd: directory, env });
const advise = (...args: string[]) => run(["advise", IMAGE, ...OWN, ...args]);

interface Report {
  readonly advice: readonly {
    readonly rule: string;
    readonly what: string;
    readonly snippet?: string;
    readonly bytes: number;
    readonly scope: string;
    readonly level: string;
  }[];
  readonly packages: readonly { readonly purl: string }[];
  readonly secrets: readonly { readonly kind: string; readonly fingerprint: string }[];
  readonly inspected: { readonly unreadLayers: readonly number[] };
}

describe("advice", () => {
  let printed: Result;
  beforeAll(async () => {
    printed = await advise("--no-config");
  });

  test("names bytes, rule, layer, command, path, reason, fix and lines for the Dockerfile", async () => {
    const { code, stdout, stderr } = printed;
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^image\.tar\n {2}\d+ kB \(\d+\.\d %\) of \d+ kB need not be stored\n/);
    const [, section = ""] = stdout.split("  apt-lists: ");
    expect(section).toMatch(/^Package lists of apt are still there\n/);
    expect(section).toMatch(/^ +400 kB {2}\S/m);
    expect(section).toContain("layer 1  RUN apt-get update");
    expect(section).toMatch(/\/var\/lib\/apt\/lists/);
    expect(section).toMatch(/^ {4}Why: \S/m);
    expect(section).toMatch(/^ {4}Fix: \S/m);
    expect(section).toMatch(/^ +RUN apt-get update/m);
  });

  test("begins with what gives something away, however many bytes there are besides", async () => {
    const { stdout } = printed;
    const titles = [...stdout.matchAll(/^(Security|What .*)$/gm)].map(([title]) => title);
    expect(titles).toEqual(["Security", "What this image can change"]);
    const ids = [...stdout.matchAll(/^ {2}([a-z-]+)(?: \(error\))?: /gm)].map(([, id]) => id);
    expect(ids.slice(0, 2).sort()).toEqual(["secret-in-configuration", "secret-in-file"]);
    expect(stdout).toContain("in /root/.npmrc, line 1; layer 3 hides it");
  });

  test("fits into 80 columns but for lines to be copied, which are all there as they are, and no title is cut", async () => {
    for (const image of [at(IMAGE), DEMO]) {
      const { stdout } = await layerscope(["advise", "--no-config", ...OWN, image]);
      const { advice } = JSON.parse(
        (await layerscope(["advise", "--no-config", "--json", ...OWN, image])).stdout,
      ) as Report;
      let rest = stdout;
      let snippets = 0;
      for (const { snippet } of advice) {
        if (snippet === undefined) continue;
        snippets++;
        const lines = snippet.replaceAll(/^/gm, " ".repeat(16));
        expect(rest).toContain(`${lines}\n`);
        rest = rest.replace(`${lines}\n`, () => "");
      }
      expect(snippets).toBeGreaterThan(0);
      expect(widest(rest)).toBeLessThanOrEqual(80);
      for (const line of stdout.split("\n")) if (/^ {2}[a-z-]+: /.test(line)) expect(line).not.toContain("…");
    }
  });

  test("names a layer's command once, in the list", async () => {
    const { advice } = JSON.parse((await layerscope(["advise", "--no-config", "--json", DEMO])).stdout) as Report;
    expect(advice.filter(({ what }) => /layer \d+ \(/.test(what))).toEqual([]);
  });

  test("can be written to a file", async () => {
    const { stdout } = printed;
    expect(await advise("--no-config", "-o", "advice.txt")).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(at("advice.txt"), "utf8")).toBe(stdout);
  });

  test("is the report's, too, in the same order", async () => {
    const { code, stdout } = await advise("--no-config", "--json");
    const { advice } = JSON.parse(stdout) as Report;
    expect(code).toBe(0);
    expect(advice[0]?.rule).toMatch(/^secret-in-/);
    expect(advice.map(({ scope }) => scope)).toEqual(
      advice
        .map(({ scope }) => scope)
        .sort()
        .reverse(),
    );
    const plain = JSON.parse((await run(["--json", ...OWN, IMAGE])).stdout) as Report;
    expect(plain.advice).toEqual(advice);
    const checked = JSON.parse(
      (await run(["ci", IMAGE, "--no-config", "--max-size", "1GB", "--json", ...OWN])).stdout,
    ) as Report;
    for (const report of [plain, checked]) {
      expect(report.advice).toEqual(advice);
      expect(report.packages.map(({ purl }) => purl)).toEqual(["pkg:npm/left-pad@1.3.0"]);
      expect(report.secrets.length).toBeGreaterThanOrEqual(5);
      expect(report.inspected.unreadLayers).toEqual([]);
    }
  });

  test("of an image without anything to say says so", async () => {
    const { stdout } = await advise("--no-config", "--rule", "*=off");
    expect(stdout).toContain("\n\nThere is nothing to say.\n");
  });
});

describe("the exit code", () => {
  test("is 1 when an error finds something, and 0 when a warning does", async () => {
    expect((await advise("--no-config", "--rule", "secret-in-file")).code).toBe(1);
    expect((await advise("--no-config", "--rule", "secret-in-file=warn")).code).toBe(0);
    expect((await advise("--no-config", "--rule", "end-of-life-base")).code).toBe(0);
  });

  test("is that of the configuration, whose settings count", async () => {
    writeFileSync(
      at("rules.yaml"),
      "rules: { secret-in-file: error, apt-lists: off }\nsecrets: { allow: { paths: [/root/.npmrc, id_rsa] } }\n",
    );
    const allowed = await advise("--config", "rules.yaml");
    expect(allowed.code).toBe(0);
    expect(allowed.stdout).not.toMatch(/secret-in-file|apt-lists/);
    expect((await advise("--config", "rules.yaml", "--rule", "secret-in-configuration")).code).toBe(1);
  });

  test.each([
    ["--rule secret-in-fil", 'there is no rule "secret-in-fil"; did you mean "secret-in-file"?'],
    ["--ignore ..", "--ignore: "],
    ["--config none.yaml", "none.yaml"],
  ])("is 2 for %s, which is told before the image is read", async (args, message) => {
    const { code, stdout, stderr } = await run(["advise", "no-image.tar", ...args.split(" ")]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });
});

test("paths that do not count, and fingerprints that are allowed, are no findings", async () => {
  const without = await advise("--no-config", "--ignore", "/var/lib/apt");
  expect(without.stdout).not.toContain("apt-lists: ");
  const { secrets } = JSON.parse((await advise("--no-config", "--json")).stdout) as Report;
  const fingerprints = secrets.map(({ fingerprint }) => `"${fingerprint}"`).join(", ");
  writeFileSync(at("known.yaml"), `secrets: { allow: { fingerprints: [${fingerprints}] } }\n`);
  const report = JSON.parse((await advise("--config", "known.yaml", "--json")).stdout) as Report;
  expect(report.secrets).toEqual([]);
  expect(report.advice.filter(({ rule }) => rule.startsWith("secret-in-"))).toEqual([]);
  writeFileSync(at("kinds.yaml"), `secrets: { allow: { kinds: [${secrets.map(({ kind }) => kind).join(", ")}] } }\n`);
  expect((JSON.parse((await advise("--config", "kinds.yaml", "--json")).stdout) as Report).secrets).toEqual([]);
});

describe("however the image is packed, it says the same", () => {
  const told = async (args: readonly string[], input?: Uint8Array) => {
    const { code, stdout } = await layerscope(args, { cwd: directory, input });
    // Only what the image is called may differ, and how large its blobs are.
    return [code, stdout.replaceAll(/^\S+\.tar|^-$/gm, "IMAGE")] as const;
  };

  let expected: Awaited<ReturnType<typeof told>>;
  beforeAll(async () => {
    expected = await told(["advise", "--no-config", IMAGE]);
  });

  test.each(PACKINGS)("%s, as a file and from standard input", async (packing) => {
    expect(expected[1].length).toBeGreaterThan(1000);
    expect(await told(["advise", "--no-config", `./${packing}.tar`])).toEqual([
      expected[0],
      expected[1].replace(/^IMAGE/, packing === "compressed archive" ? "./compressed archive.tar" : "IMAGE"),
    ]);
    expect(await told(["advise", "--no-config", "-"], readFileSync(at(`${packing}.tar`)))).toEqual(expected);
  });
});

describe("a secret's value is in no output:", () => {
  const CONFIG = "budgets: [{ maxSize: 1 kB }]\nrules: { '*': error }\n";
  beforeAll(() => writeFileSync(at("all.yaml"), CONFIG));

  test.each([
    ["advise", ["advise", IMAGE]],
    ["the summary", ["--summary", IMAGE]],
    ["packages", ["packages", IMAGE]],
    ["packages by layer", ["packages", IMAGE, "--by-layer"]],
    ["CycloneDX", ["packages", IMAGE, "--format", "cyclonedx"]],
    ["SPDX", ["packages", IMAGE, "--format", "spdx"]],
    ...["table", "markdown", "junit", "sarif", "github", "gitlab", "metrics"].map(
      (format) => [format, ["ci", IMAGE, "--config", "all.yaml", "--format", format]] as [string, string[]],
    ),
    ["a new configuration", ["init", IMAGE, "-o", "-"]],
  ])("%s", async (_, args) => {
    const { stdout, stderr } = await run(args);
    expect(stdout).not.toBe("");
    expect([...IN_FILES, ...IN_CONFIGURATION].filter((value) => tells(stdout + stderr, value))).toEqual([]);
  });

  test.each([
    ["the report", ["--json", "--files", IMAGE]],
    ["the report of a check", ["ci", IMAGE, "--config", "all.yaml", "--json"]],
    ["the report of advise", ["advise", IMAGE, "--json"]],
  ])("%s, but for the image's own configuration and history", async (_, args) => {
    const { stdout } = await run(args);
    expect(IN_FILES.filter((value) => tells(stdout, value))).toEqual([]);
    const { image, layers, history, ...rest } = JSON.parse(stdout);
    expect(JSON.stringify([image, layers, history])).toContain(IN_CONFIGURATION[0]);
    expect(IN_CONFIGURATION.filter((value) => tells(JSON.stringify(rest), value))).toEqual([]);
  });

  test("the summary of a step and annotations in GitHub Actions", async () => {
    const [summary, output] = [at("summary.md"), at("output.txt")];
    const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: output };
    const { stdout, stderr } = await run(["ci", IMAGE, "--no-config", "--max-size", "1kB"], env);
    const markdown = readFileSync(summary, "utf8");
    expect(markdown).toContain("<summary>Advice</summary>");
    const all = stdout + stderr + markdown + readFileSync(output, "utf8");
    expect([...IN_FILES, ...IN_CONFIGURATION].filter((value) => tells(all, value))).toEqual([]);
  });

  test("the history has the commands as they are", async () => {
    expect((await run(["history", IMAGE])).stdout).toContain(IN_CONFIGURATION[1]);
  });
});

describe("rules as budgets", () => {
  const check = (...args: string[]) => run(["ci", IMAGE, "--no-config", ...args]);

  test("fail the run as errors and only tell as warnings, and pass where they find nothing", async () => {
    const error = await check("--rule", "secret-in-file");
    expect(error.code).toBe(1);
    expect(error.stdout).toContain("FAILED: 1 budget failed");
    expect(error.stdout).toContain("/root/.npmrc");
    expect((await check("--rule", "secret-in-file=warn")).code).toBe(0);
    expect((await check("--rule", "end-of-life-base=error")).code).toBe(0);
  });

  test("are about own layers unless the command line says others", async () => {
    const args = ["--rule", "apt-lists", "--base-layers", "2"];
    expect((await check(...args)).code).toBe(0);
    expect((await check(...args, "--layers", "base")).code).toBe(1);
    expect((await check(...args, "--layers", "image")).code).toBe(1);
  });

  test("and options that only they have check, whatever the command is called", async () => {
    expect((await run([IMAGE, "--rule", "secret-in-file"])).stdout).toContain("FAILED");
  });

  test("are decided for a saved report as for the image", async () => {
    writeFileSync(at("report.json"), (await run(["--json", "--files", IMAGE])).stdout);
    for (const rule of ["secret-in-file", "apt-lists", "debug-symbols", "end-of-life-base"]) {
      const [ofImage, ofReport] = await Promise.all(
        [IMAGE, "report.json"].map((image) => run(["ci", image, "--no-config", "--rule", rule, ...OWN])),
      );
      expect(ofReport?.code).toBe(ofImage?.code);
      expect(ofReport?.stdout.replaceAll("report.json", IMAGE)).toBe(ofImage?.stdout);
    }
  });

  test("are undecided for one that does not say what is in files, when they ask for that", async () => {
    const report = JSON.parse((await run(["--json", "--files", IMAGE])).stdout) as object;
    writeFileSync(at("report.json"), JSON.stringify({ ...report, inspected: undefined }));
    const files = await run(["ci", "report.json", "--no-config", "--rule", "secret-in-file", ...OWN]);
    expect(files.code).toBe(2);
    expect(files.stdout).toContain("could not be looked into");
    const tree = await run(["ci", "report.json", "--no-config", "--rule", "apt-lists", ...OWN]);
    expect(tree.code).toBe(1);
    const advice = await run(["advise", "report.json", "--no-config"]);
    expect(advice.stdout).toContain("not known: files of layers 0 to 3 could not be looked into");
    expect((await run(["advise", "report.json", "--no-config", "--json"])).stderr).toContain(
      "warning: files of layers 0 to 3 could not be looked into",
    );
  });
});
