import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseImageNames, parseInspection } from "../../../src/source/engine/engine-document.ts";

const ID = `sha256:${"a".repeat(64)}`;
const LAYER = (digit: number) => `sha256:${String(digit).repeat(64)}`;

const inspected = {
  Id: ID,
  RepoTags: ["app:1", "<none>:<none>", "registry.example.com:5000/team/app:1"],
  RepoDigests: [`app@${LAYER(9)}`],
  Created: "2026-01-02T03:04:05.678Z",
  Author: "somebody",
  Architecture: "arm64",
  Variant: "v8",
  Os: "linux",
  Size: 1234,
  Config: {
    User: "app",
    Env: ["A=1"],
    Cmd: ["serve"],
    Entrypoint: null,
    WorkingDir: "/app",
    ExposedPorts: { "80/tcp": {} },
    Volumes: { "/data": {} },
    Labels: { of: "mine" },
    StopSignal: "SIGINT",
    Healthcheck: { Test: ["CMD", "true"] },
  },
  RootFS: { Type: "layers", Layers: [LAYER(1), LAYER(2)] },
};
const step = (CreatedBy: string, Size: number) => ({ Id: "<missing>", Created: 1_767_323_045, CreatedBy, Size });

describe("what an engine says of an image", () => {
  test("becomes its document", () => {
    const history = [step("CMD x", 0), step("RUN b # buildkit", 7), step("COPY a / # buildkit", 5)];
    expect(parseInspection(inspected, history)).toEqual({
      bytes: 1234,
      isContentStore: false,
      platforms: [{ os: "linux", architecture: "arm64", variant: "v8", osVersion: undefined }],
      document: {
        names: ["app:1", "registry.example.com:5000/team/app:1"],
        manifestDigest: undefined,
        id: ID,
        platform: { os: "linux", architecture: "arm64", variant: "v8", osVersion: undefined },
        annotations: {},
        documents: [],
        layers: [1, 2].map((digit) => expect.objectContaining({ diffId: LAYER(digit), member: undefined })),
        config: {
          created: "2026-01-02T03:04:05.678Z",
          author: "somebody",
          platform: { os: "linux", architecture: "arm64", variant: "v8", osVersion: undefined },
          user: "app",
          env: ["A=1"],
          entrypoint: [],
          cmd: ["serve"],
          workingDir: "/app",
          exposedPorts: ["80/tcp"],
          volumes: ["/data"],
          labels: { of: "mine" },
          stopSignal: "SIGINT",
          hasHealthcheck: true,
          diffIds: [LAYER(1), LAYER(2)],
          history: [
            expect.objectContaining({ createdBy: "COPY a / # buildkit", emptyLayer: false }),
            expect.objectContaining({ createdBy: "RUN b # buildkit", emptyLayer: false }),
            {
              createdBy: "CMD x",
              created: "2026-01-02T03:04:05Z",
              comment: undefined,
              author: undefined,
              emptyLayer: true,
            },
          ],
        },
      },
    });
  });

  test("may have IDs without their algorithm and a history of its own, as Podman's has", () => {
    const history = [
      { created: "2026-01-02T03:04:05.678Z", created_by: "COPY a /", comment: "c" },
      { created_by: "ENV A=1", empty_layer: true },
    ];
    const found = parseInspection({ ...inspected, Id: ID.slice("sha256:".length), History: history }, undefined);
    expect(found?.document.id).toBe(ID);
    expect(found?.document.config.history).toEqual([
      {
        createdBy: "COPY a /",
        created: "2026-01-02T03:04:05.678Z",
        comment: "c",
        author: undefined,
        emptyLayer: false,
      },
      { createdBy: "ENV A=1", created: undefined, comment: undefined, author: undefined, emptyLayer: true },
    ]);
  });

  test("tells a store that keeps images as registries do, whose IDs are those of manifests", () => {
    const manifests = [
      { Kind: "image", Available: true, ImageData: { Platform: { os: "linux", architecture: "amd64" } } },
      { Kind: "image", Available: false, ImageData: { Platform: { os: "linux", architecture: "s390x" } } },
      { Kind: "attestation", Available: true, AttestationData: { For: LAYER(3) } },
    ];
    const found = parseInspection({ ...inspected, RepoDigests: [`app@${ID}`], Manifests: manifests }, []);
    expect(found?.isContentStore).toBe(true);
    expect(found?.document.id).toBeUndefined();
    expect(found?.platforms).toEqual([
      { os: "linux", architecture: "amd64", variant: undefined, osVersion: undefined },
    ]);
  });

  test("is nothing when it is about no image", () => {
    for (const answer of [undefined, null, 1, "x", [], {}, { message: "no" }]) {
      expect(parseInspection(answer, []), JSON.stringify(answer)).toBeUndefined();
    }
  });

  test("is taken as far as it makes sense, whatever it is", () => {
    const odd = fc.record(Object.fromEntries(Object.keys(inspected).map((key) => [key, fc.jsonValue()])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(odd, fc.jsonValue(), (answer, history) => {
        const found = parseInspection({ ...answer, Id: ID }, history);
        expect(found?.document.id).toBe(ID);
        expect(found?.document.layers.length).toBe(found?.document.config.diffIds.length);
      }),
    );
  });
});

describe("which steps of a history made the layers", () => {
  const emptiness = (layers: number, ...steps: ReturnType<typeof step>[]) => {
    const diffIds = Array.from({ length: layers }, (_, index) => LAYER(index));
    const answer = { ...inspected, RootFS: { Layers: diffIds } };
    return parseInspection(answer, steps.reverse())?.document.config.history.map(({ emptyLayer }) => emptyLayer);
  };

  test("is known when those that stored something are as many", () => {
    expect(emptiness(2, step("a", 1), step("/bin/sh -c true", 0), step("b", 2))).toEqual([false, true, false]);
  });

  test("is known when a step without bytes can only have made a layer", () => {
    const steps = [
      step("COPY a / # buildkit", 1),
      step("RUN /bin/sh -c true # buildkit", 0),
      step("ENV A=1", 0),
      step('/bin/sh -c #(nop)  CMD ["sh"]', 0),
      step("WORKDIR /w", 0),
    ];
    expect(emptiness(3, ...steps)).toEqual([false, false, true, true, false]);
  });

  test("is known when all did", () => {
    expect(emptiness(2, step("ENV A=1", 0), step("LABEL a=b", 0))).toEqual([false, false]);
  });

  test("is not guessed", () => {
    expect(emptiness(2, step("a", 1), step("/bin/sh -c true", 0), step("/bin/sh -c :", 0))).toEqual([]);
    expect(emptiness(3, step("a", 1), step("b", 1))).toEqual([]);
    expect(emptiness(1, step("a", 1), step("b", 1))).toEqual([]);
  });

  test("makes as many steps with a layer as there are layers, or says nothing", () => {
    const anyStep = fc.record({
      CreatedBy: fc.constantFrom("RUN x # buildkit", "ENV A=1", "/bin/sh -c #(nop) USER a", "/bin/sh -c true", ""),
      Size: fc.constantFrom(0, 0, 1, 5000),
    });
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 8 }), fc.nat(8), (steps, layers) => {
        const empty = emptiness(layers, ...steps.map(({ CreatedBy, Size }) => step(CreatedBy, Size))) ?? [];
        if (empty.length === 0) return;
        expect(empty).toHaveLength(steps.length);
        expect(empty.filter((isEmpty) => !isEmpty)).toHaveLength(layers);
        for (const [index, { Size }] of steps.entries()) if (Size > 0) expect(empty[index]).toBe(false);
      }),
    );
  });

  test("has no time where the engine knows none", () => {
    const times = [0, -62_135_596_800, 1e300, "now", 1.5].map((Created) => {
      const found = parseInspection({ ...inspected, RootFS: { Layers: [LAYER(1)] } }, [{ Created, Size: 1 }]);
      return found?.document.config.history[0]?.created;
    });
    expect(times).toEqual([undefined, undefined, undefined, undefined, "1970-01-01T00:00:01Z"]);
  });
});

test("names of images are told once, and at most so many", () => {
  const listed = [
    { RepoTags: ["a:1", "b:1", "a:1"] },
    { RepoTags: null },
    null,
    { RepoTags: ["<none>:<none>", "c:1"] },
  ];
  expect(parseImageNames(listed, 10)).toEqual(["a:1", "b:1", "c:1"]);
  expect(parseImageNames(listed, 2)).toEqual(["a:1", "b:1"]);
  expect(parseImageNames({ RepoTags: ["a"] }, 2)).toEqual([]);
});
