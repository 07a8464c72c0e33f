/** Which layers are the base's: by what is given, what the image says, and what its history gives away. */
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildImage, dockerSaveNew, gzip, type ImageSpec, ociArchive } from "../../../../fixtures/build/image.ts";
import { file, tar } from "../../../../fixtures/build/tar.ts";
import { layoutPath, layoutsOf, SINGLE_IMAGES } from "../../../../test/ground-truth/real-images.ts";
import { temporaryFile } from "../../../../test/temporary-directory.ts";
import { type BaseLayers, type BaseOptions, findBaseLayers } from "../../src/metrics/base-layers.ts";
import type { ImageDocument } from "../../src/model/image.ts";
import { openSource, readDocuments } from "../../src/open-source.ts";
import { readReport } from "../../src/report/read-report.ts";
import { saved } from "../report/reopen.ts";
import { pack, scanArchive } from "../tree/scan-layers.ts";

interface Step {
  created_by?: string;
  comment?: string;
  author?: string;
  created?: string;
  empty_layer?: boolean;
}

/** `days` before the day of the last build. */
const ago = (days: number): string => new Date(Date.UTC(2024, 5, 30) - days * 86_400_000).toISOString();

const buildkit = (days: number, ...commands: string[]): Step[] =>
  commands.map((command) => ({
    created_by: /^(RUN|COPY|ADD)/.test(command) ? `${command} # buildkit` : command,
    comment: "buildkit.dockerfile.v0",
    created: ago(days),
    ...(!/^(RUN|COPY|ADD|WORKDIR)/.test(command) && { empty_layer: true }),
  }));

const classic = (days: number, ...commands: string[]): Step[] =>
  commands.map((command) => ({
    created_by: command.startsWith("RUN ") ? `/bin/sh -c ${command.slice(4)}` : `/bin/sh -c #(nop) ${command}`,
    created: ago(days),
    ...(!/^(RUN|COPY|ADD)/.test(command) && { empty_layer: true }),
  }));

const debian: Step[] = [
  { created_by: "# debian.sh --arch 'amd64' out/ 'bookworm'", comment: "debuerreotype 0.15", created: ago(60) },
];
const alpine = buildkit(90, "ADD alpine-minirootfs.tar.gz /", 'CMD ["/bin/sh"]');
const ubuntu = classic(70, "ARG RELEASE", "ADD file:5d3f in /", 'CMD ["/bin/bash"]');
const node = buildkit(
  30,
  "RUN groupadd node",
  "ENV NODE_VERSION=20",
  "RUN curl",
  'ENTRYPOINT ["e.sh"]',
  'CMD ["node"]',
);
const app = buildkit(0, "WORKDIR /app", "COPY . .", "RUN npm ci", "USER node", 'CMD ["server.js"]');

function specOf(history: Step[] | undefined, more: Partial<ImageSpec> = {}): ImageSpec {
  const count = history ? history.filter((step) => !step.empty_layer).length : 3;
  const layers = Array.from({ length: count }, (_, index) => tar([file(`f${index}`, String(index))]));
  return { layers, history: history ?? "none", ...more };
}

async function documentsOf(archive: Uint8Array): Promise<readonly ImageDocument[]> {
  await using source = await openSource(temporaryFile(archive));
  return await readDocuments(source);
}

async function documentOf(spec: ImageSpec, archive = dockerSaveNew(spec)): Promise<ImageDocument> {
  const [document] = await documentsOf(archive);
  if (!document) throw new Error("no image");
  return document;
}

async function found(history: Step[] | undefined, more: Partial<ImageSpec> = {}, options: BaseOptions = {}) {
  return findBaseLayers(await documentOf(specOf(history, more)), options);
}

const byHistory = (layers: number, certainty: BaseLayers["certainty"], name?: string): BaseLayers => ({
  layers,
  foundBy: "history",
  certainty,
  name,
});
const NONE: BaseLayers = { layers: 0, foundBy: "none", certainty: "guess", name: undefined };

describe("by the history", () => {
  test.each<[string, Step[] | undefined, BaseLayers]>([
    ["debian itself", debian, NONE],
    ["alpine itself", alpine, NONE],
    ["ubuntu itself", ubuntu, NONE],
    ["node on debian: another builder, and a month later", [...debian, ...node], byHistory(1, "likely")],
    ["an app on node on debian", [...debian, ...node, ...app], byHistory(3, "likely")],
    ["an app on alpine", [...alpine, ...app], byHistory(1, "likely")],
    ["an app on ubuntu", [...ubuntu, ...app], byHistory(1, "likely")],
    ["an app on ubuntu of the same day", [...classic(0, "ADD file:5d3f in /"), ...app], byHistory(1, "guess")],
    ["an app on a base of the same day", [...buildkit(0, "ADD a /", "CMD a"), ...app], byHistory(1, "guess")],
    [
      "an app on alpine that sets its entrypoint before it is copied",
      [...alpine, ...buildkit(0, "RUN apk add", 'ENTRYPOINT ["/app"]', "COPY app /app")],
      byHistory(1, "likely"),
    ],
    [
      "an app on ubuntu by the classic builder",
      [...ubuntu, ...classic(0, "COPY dir:1 in /", "RUN make")],
      byHistory(1, "likely"),
    ],
    ["an app from scratch", buildkit(0, "COPY app /app", 'ENTRYPOINT ["/app"]'), NONE],
    ["an app from scratch of which half was cached", [...buildkit(9, "COPY ca /"), ...buildkit(0, "COPY app /")], NONE],
    ["an app that only sets things", [...alpine, ...buildkit(0, "ENV A=1", 'CMD ["a"]')], NONE],
    [
      "kaniko on alpine",
      [...alpine, { created_by: "COPY . /app", author: "kaniko", created: "0001-01-01T00:00:00Z" }],
      byHistory(1, "likely"),
    ],
    [
      "a maintainer is no builder",
      [...classic(0, "ADD file:1 in /"), ...classic(0, "COPY file:2 in /").map((step) => ({ ...step, author: "Jo" }))],
      NONE,
    ],
    [
      "bazel on a base that says nothing",
      [{}, {}, { created_by: "bazel build ...", author: "Bazel" }],
      byHistory(2, "guess"),
    ],
    ["a base that says nothing, all by itself", [{}, {}], NONE],
    ["an image without a history", undefined, NONE],
    [
      "times that are none",
      [...alpine, ...app].map((step) => ({ ...step, created: "1970-01-01T00:00:00Z" })),
      byHistory(1, "guess"),
    ],
  ])("%s", async (_, history, expected) => {
    expect(await found(history)).toEqual(expected);
  });

  test("buildah notes the base", async () => {
    const first = { ...classic(0, "ENV a=b")[0], comment: "FROM docker.io/library/alpine:latest" };
    const own = [first, ...classic(0, "RUN one", "CMD two", "RUN three")];
    expect(await found([...alpine, ...own])).toEqual(byHistory(1, "likely", "docker.io/library/alpine:latest"));
    const byId = { ...first, comment: "FROM 0123456789abcdef" };
    expect(await found([...alpine, byId, ...classic(0, "RUN one")])).toEqual(byHistory(1, "likely"));
    // A base that buildah made is none of its own layers.
    expect(await found([...alpine, first])).toEqual(NONE);
  });

  test("steps that do not fit the layers say nothing", async () => {
    const spec = specOf([...alpine, ...app]);
    expect(findBaseLayers(await documentOf({ ...spec, layers: spec.layers.slice(1) }))).toEqual(NONE);
  });

  test("whatever the history, not all layers are a base", async () => {
    const text = fc.constantFrom("CMD a", "ENTRYPOINT b", "RUN c # buildkit", "/bin/sh -c #(nop) CMD d", "");
    const step = fc.record({
      created_by: text,
      comment: fc.constantFrom("", "buildkit.dockerfile.v0", "FROM a", "FROM "),
      author: fc.constantFrom("", "kaniko"),
      created: fc.constantFrom("", "x", ago(0), ago(3), ago(30)),
      empty_layer: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (history) => {
        const document = await documentOf(specOf(history));
        const { layers } = findBaseLayers(document);
        expect(layers === 0 || layers < document.layers.length).toBe(true);
      }),
      { numRuns: Number(process.env.LAYERSCOPE_TEST_RUNS ?? 100) },
    );
  });
});

describe("by what the image says", () => {
  const name = "org.opencontainers.image.base.name";
  const digest = "org.opencontainers.image.base.digest";
  const withAnnotations = async (history: Step[], annotations: Record<string, string>): Promise<BaseLayers> => {
    const spec = specOf(history, { annotations });
    return findBaseLayers(await documentOf(spec, ociArchive(buildImage(spec).spec)));
  };

  test("an annotation names the base, and the history tells where it ends", async () => {
    const base = await withAnnotations([...alpine, ...app], { [name]: "alpine:3", [digest]: "sha256:1" });
    expect(base).toEqual({ layers: 1, foundBy: "annotation", certainty: "likely", name: "alpine:3" });
  });

  test("an annotation alone does not tell how many layers", async () => {
    const base = await withAnnotations(buildkit(0, "COPY a /", "COPY b /"), { [digest]: "sha256:1" });
    expect(base).toEqual({ layers: 0, foundBy: "annotation", certainty: "guess", name: "sha256:1" });
  });

  test("empty annotations are none", async () => {
    expect(await withAnnotations(alpine, { [name]: "", [digest]: "" })).toEqual(NONE);
  });

  test("a label may be the base's own, so it makes nothing surer", async () => {
    const history = [...buildkit(0, "ADD a /", "CMD a"), ...app];
    const base = await found(history, { config: { Labels: { [name]: "alpine:3" } } });
    expect(base).toEqual({ layers: 1, foundBy: "label", certainty: "guess", name: "alpine:3" });
  });
});

describe("by what is given", () => {
  const history = [...alpine, ...app];

  test("a number", async () => {
    expect(await found(history, {}, { layers: 2 })).toMatchObject({
      layers: 2,
      foundBy: "given-number",
      certainty: "certain",
    });
    expect(await found(history, {}, { layers: 99 })).toMatchObject({ layers: 4 });
  });

  test("a base image, whatever the history says", async () => {
    const base = await documentOf({ ...specOf(history), layers: specOf(history).layers.slice(0, 3), tags: ["base:1"] });
    const given = await found(history, {}, { base, layers: 1 });
    expect(given).toEqual({ layers: 3, foundBy: "given-image", certainty: "certain", name: "base:1" });
  });

  test("an image that shares only some of its layers is likely another version of the base", async () => {
    const { layers } = specOf(history);
    const base = await documentOf(
      specOf(history, { layers: [...layers.slice(0, 2), tar([file("x", "y")])], history: "none" }),
    );
    expect(await found(history, {}, { base })).toMatchObject({ layers: 2, certainty: "likely" });
  });

  test("an image that shares nothing is certainly no base", async () => {
    const base = await documentOf({ layers: [tar([file("x", "y")])] });
    expect(await found(history, {}, { base })).toMatchObject({
      layers: 0,
      foundBy: "given-image",
      certainty: "certain",
    });
  });
});

describe("documents", () => {
  test("are read without the layers", async () => {
    const archive = dockerSaveNew({ ...specOf(app), tags: ["a:1"] });
    for (const bytes of [archive, gzip(archive)]) {
      const [document] = await documentsOf(bytes);
      expect([document?.names, document?.layers.length]).toEqual([["a:1"], 3]);
    }
  });

  test("of several platforms are all there", async () => {
    await using source = await openSource(layoutPath("multiarch", "oci-dir-all"));
    const documents = await readDocuments(source);
    expect(documents.map(({ platform }) => platform?.architecture).sort()).toEqual(["amd64", "arm", "arm64"]);
  });
});

const REAL = SINGLE_IMAGES.flatMap((image) => layoutsOf(image).map((layout) => [image, layout] as const));

test.each(REAL)("%s was made from scratch: %s has no base", async (image, layout) => {
  await using source = await openSource(layoutPath(image, layout));
  for (const document of await readDocuments(source)) expect(findBaseLayers(document)).toEqual(NONE);
});

test("the demo has a base of one layer, and a report of it says the same", async () => {
  await using source = await openSource(fileURLToPath(new URL("../../../../fixtures/demo.tar", import.meta.url)));
  const [demo] = await readDocuments(source);
  expect(demo && findBaseLayers(demo)).toEqual(byHistory(1, "guess"));
  const kaniko = [...alpine, { created_by: "COPY . /app", author: "kaniko", created: ago(90) }];
  const analysis = await scanArchive(pack([[file("a")], [file("b")]], "plain", { history: kaniko }));
  const { document } = await readReport(saved(analysis));
  expect(findBaseLayers(document)).toEqual(findBaseLayers(analysis.image.document));
  expect(findBaseLayers(document)).toEqual(byHistory(1, "likely"));
});
