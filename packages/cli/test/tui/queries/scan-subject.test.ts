/** What is known of an image, step by step, while it is read. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { analyse, openSource, readReport, type Source, scanImage, stringifyReport } from "@layerscope/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { dockerSaveNew, type ImageSpec, ociArchive } from "../../../../../fixtures/build/image.ts";
import { file, tar } from "../../../../../fixtures/build/tar.ts";
import { adviceImage } from "../../../../../test/tui/advice-image.ts";
import { pack } from "../../../../core/test/tree/scan-layers.ts";
import { type ScanRequest, scanSubject } from "../../../src/tui/effects/scan-subject.ts";
import type { Subject } from "../../../src/tui/subject.ts";

const LAYERS = [[file("a", "one")], [file("b", "two")], [file("a", "three")]];

async function fileWith(bytes: Uint8Array): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "layerscope-test-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, "image.tar");
  await writeFile(path, bytes);
  return path;
}

/** All subjects, in order. */
async function subjectsOf(path: string, request: Partial<ScanRequest> = {}): Promise<Subject[]> {
  const seen: Subject[] = [];
  let source: Source | undefined;
  const open = async (): Promise<Source> => {
    source = await openSource(path);
    return source;
  };
  const { signal } = new AbortController();
  await scanSubject({ reference: path, open, signal, ...request }, (subject) => seen.push(subject));
  await source?.[Symbol.asyncDispose]();
  return seen;
}

const phases = (subjects: readonly Subject[]): string[] =>
  subjects.map(({ phase }) => phase).filter((phase, index, all) => phase !== all[index - 1]);

function expectGrowing(subjects: readonly Subject[]): void {
  for (const [index, { version, layers, document }] of subjects.entries()) {
    const before = subjects[index - 1];
    if (!before) continue;
    expect(version).toBeGreaterThanOrEqual(before.version);
    expect(layers.length).toBeGreaterThanOrEqual(before.layers.length);
    if (before.document) expect(document).toBeDefined();
    // Whatever is derived from these is kept as long as the version is the same.
    if (version === before.version) {
      expect([layers, document, subjects[index]?.base, subjects[index]?.analysis]).toEqual([
        before.layers,
        before.document,
        before.base,
        before.analysis,
      ]);
    }
  }
}

test("an image is first its documents, then one layer after the other, then all there is to know", async () => {
  const subjects = await subjectsOf(await fileWith(pack(LAYERS, "plain")));
  expectGrowing(subjects);
  expect(phases(subjects).filter((phase) => phase !== "comparing")).toEqual(["reading", "done"]);
  const [first] = subjects;
  expect(first?.document?.layers.length).toBe(3);
  expect(first?.layers).toEqual([]);
  expect(new Set(subjects.map(({ layers }) => layers.length))).toEqual(new Set([0, 1, 2, 3]));
  const last = subjects.at(-1);
  expect(last?.analysis?.accounts.wastedBytes).toBe(3);
  expect(last?.progress).toBeUndefined();
  expect(last?.hasContents).toBe(true);
  for (const { analysis, image, phase } of subjects) {
    expect([analysis, image].map((each) => each !== undefined)).toEqual([phase === "done", phase === "done"]);
  }
});

test("the base image's layers are told as soon as they are known, and in the end", async () => {
  const base = { layers: 1, foundBy: "a label" };
  const subjects = await subjectsOf(await fileWith(pack(LAYERS, "plain")), { base: async () => base });
  expectGrowing(subjects);
  expect(subjects.find((each) => each.base)?.phase).toBe("reading");
  expect(subjects.at(-1)?.base).toEqual(base);
});

test("an unusable base image is why there is nothing", async () => {
  const base = (): Promise<undefined> => Promise.reject(new Error("no such base"));
  const subjects = await subjectsOf(await fileWith(pack(LAYERS, "plain")), { base });
  expect(subjects.at(-1)?.phase).toBe("failed");
  expect(subjects.at(-1)?.error?.message).toContain("no such base");
});

describe("what is wrong", () => {
  const archive = (broken: ImageSpec["broken"]): Buffer =>
    ociArchive({ layers: LAYERS.map((members) => tar(members)), ...(broken && { broken }) });

  test("a layer that is not there leaves the others", async () => {
    const subjects = await subjectsOf(await fileWith(archive({ missing: [1] })));
    expectGrowing(subjects);
    const last = subjects.at(-1);
    expect(last?.phase).toBe("done");
    expect(last?.layers.map(({ status }) => status)).toEqual(["complete", "absent", "complete"]);
  });

  test("an archive that is cut off shows what could be read", async () => {
    const whole = pack(LAYERS, "plain");
    const subjects = await subjectsOf(await fileWith(whole.subarray(0, whole.length / 2)));
    expect(["done", "failed"]).toContain(subjects.at(-1)?.phase);
    if (subjects.at(-1)?.phase === "failed") expect(subjects.at(-1)?.error).toBeDefined();
  });

  test("a file that is no image fails, with a reason", async () => {
    const subjects = await subjectsOf(await fileWith(Buffer.from("hello")));
    expect(phases(subjects)).toEqual(["failed"]);
    expect(subjects.at(-1)?.error?.message).not.toBe("");
    expect(subjects.at(-1)?.document).toBeUndefined();
  });

  test("a file that is not there fails, with a reason", async () => {
    const subjects = await subjectsOf(join(tmpdir(), "layerscope-no-such-image.tar"));
    expect(phases(subjects)).toEqual(["failed"]);
    expect(subjects.at(-1)?.error?.code).toBe("not-found");
  });
});

test("of several images the user has to choose; the one that was chosen is read", async () => {
  const images = [1, 2].map((number) => ({ layers: [tar([file(`f${number}`, "x")])], tags: [`app:${number}`] }));
  const path = await fileWith(dockerSaveNew(images));
  const subjects = await subjectsOf(path);
  expect(phases(subjects)).toEqual(["choosing"]);
  const [, second = ""] = subjects.at(-1)?.error?.choices ?? [];
  expect(second).toContain("app:2");
  // As the dialog has it: by the number.
  const chosen = await subjectsOf(path, { image: second.slice(0, second.indexOf(":")) });
  expect(chosen.at(-1)?.phase).toBe("done");
  expect(chosen.at(-1)?.document?.names).toEqual(["app:2"]);
});

test("a saved report is the image it was made of, without contents", async () => {
  const path = await fileWith(pack(LAYERS, "plain"));
  await using source = await openSource(path);
  const analysis = analyse(await scanImage(source));
  const report = [...stringifyReport(analysis, { reference: path, files: true })].join("");
  const subjects = await subjectsOf(path, { report: () => readReport(Buffer.from(report)) });
  expectGrowing(subjects);
  expect(phases(subjects)).toEqual(["reading", "done"]);
  expect(subjects.at(-1)?.hasContents).toBe(false);
  expect(subjects.at(-1)?.analysis?.accounts.wastedBytes).toBe(analysis.accounts.wastedBytes);
});

test("a report that cannot be read fails, with a reason", async () => {
  const subjects = await subjectsOf("report.json", { report: () => Promise.reject(new Error("not a report")) });
  expect(phases(subjects)).toEqual(["reading", "failed"]);
  expect(subjects.at(-1)?.error?.message).toBe("not a report");
});

describe("looking into files", () => {
  const path = (): Promise<string> => fileWith(adviceImage());
  const idsOf = (subject: Subject | undefined): readonly string[] =>
    subject?.advice?.findings.map(({ rule }) => rule.id) ?? [];

  test("comes when all else is known, and adds what is in them, then advice", async () => {
    const subjects = await subjectsOf(await path());
    const done = subjects.filter(({ phase }) => phase === "done");
    expect(done.map(({ isInspecting }) => isInspecting)).toEqual([true, true, false]);
    expect(done.map(({ inspection }) => inspection !== undefined)).toEqual([false, true, true]);
    expect(done.map(({ advice }) => advice !== undefined)).toEqual([false, false, true]);
    expect(new Set(done.map(({ analysis }) => analysis)).size).toBe(1);
    expect(done.at(-1)?.inspection?.packages.packages.map(({ name }) => name)).toContain("libc6");
  });

  test("takes rules as they are set", async () => {
    const image = await path();
    const rules = { rules: { "downloaded-then-removed": { level: "off" as const } }, ignore: [], allowedSecrets: {} };
    expect(idsOf((await subjectsOf(image)).at(-1))).toContain("downloaded-then-removed");
    const set = await subjectsOf(image, { rules: Promise.resolve(rules) });
    expect(idsOf(set.at(-1))).not.toContain("downloaded-then-removed");
    expect(idsOf(set.at(-1))).toContain("secret-in-file");
  });

  test("tells the base image's files by the layers that are shown to be its", async () => {
    const base = async (): Promise<Subject["base"]> => ({ layers: 4, foundBy: "a test" });
    const { advice } = (await subjectsOf(await path(), { base })).at(-1) ?? {};
    expect(advice?.savedBytes.own).toBe(0);
    expect(advice?.savedBytes.base).toBeGreaterThan(400_000);
  });

  test("that fails leaves the image, and says why", async () => {
    const rules = { rules: {}, ignore: ["{a,b}".repeat(30)], allowedSecrets: undefined };
    const last = (await subjectsOf(await path(), { rules: Promise.resolve(rules) })).at(-1);
    expect(last).toMatchObject({ phase: "done", isInspecting: false, advice: undefined });
    expect(last?.inspectionError?.code).toBe("invalid-option");
  });

  test("ends when the user leaves", async () => {
    const controller = new AbortController();
    await using source = await openSource(await path());
    const seen: Subject[] = [];
    await scanSubject({ reference: "x", open: async () => source, signal: controller.signal }, (subject) => {
      seen.push(subject);
      if (subject.phase === "done") controller.abort();
    });
    expect(seen.at(-1)).toMatchObject({ phase: "done", isInspecting: true, inspection: undefined });
  });
});

test("who left is told nothing more", async () => {
  const path = await fileWith(pack(LAYERS, "plain"));
  const controller = new AbortController();
  await using source = await openSource(path);
  const seen: string[] = [];
  await scanSubject({ reference: path, open: async () => source, signal: controller.signal }, ({ phase }) => {
    seen.push(phase);
    controller.abort();
  });
  expect(seen).toEqual(["reading"]);
});
