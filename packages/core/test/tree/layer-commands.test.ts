/** Which build step made a layer, and what is said when the documents of an image do not agree. */
import { describe, expect, test } from "vitest";
import { dockerSaveContainerd, dockerSaveNew, type ImageSpec, ociArchive } from "../../../../fixtures/build/image.ts";
import { file, tar } from "../../../../fixtures/build/tar.ts";
import { diagnosticsOf, scanArchive } from "./scan-layers.ts";

const LAYERS = ["a", "b", "c"].map((name) => tar([file(name, name)]));
const step = (created_by: string) => ({ created_by });
const empty = (created_by: string) => ({ created_by, empty_layer: true });

async function commandsOf(spec: Partial<ImageSpec>): Promise<{ commands: (string | undefined)[]; odd: string[] }> {
  const analysis = await scanArchive(dockerSaveNew({ layers: LAYERS, ...spec }));
  return { commands: analysis.image.layers.map((layer) => layer.step?.createdBy), odd: diagnosticsOf(analysis) };
}

const NONE = [undefined, undefined, undefined];

describe("commands are given by counting the steps that made a layer", () => {
  test("steps without a layer are passed over, wherever they stand", async () => {
    const history = [empty("ENV"), step("A"), empty("USER"), empty("CMD"), step("B"), step("C"), empty("LABEL")];
    expect(await commandsOf({ history })).toEqual({ commands: ["A", "B", "C"], odd: [] });
  });

  test.each([
    ["too short", [step("A"), step("B")]],
    ["too long", [step("A"), step("B"), step("C"), step("D")]],
    ["without the marks of empty steps", [step("ENV"), step("A"), step("B"), step("C")]],
    ["of empty steps only", [empty("A"), empty("B"), empty("C")]],
    ["empty", []],
    ["absent", "none" as const],
  ])("a history that is %s gives no command to any layer, and says so", async (_, history) => {
    expect(await commandsOf({ history })).toEqual({ commands: NONE, odd: ["history-mismatch"] });
  });

  test("a step that made a layer without a file has its layer", async () => {
    const layers = [tar([file("a")]), tar([]), tar([file("c")])];
    const { commands } = await commandsOf({ layers, history: [step("A"), step("RUN true"), step("C")] });
    expect(commands).toEqual(["A", "RUN true", "C"]);
  });

  test("a layer used twice has the command of each use", async () => {
    const layer = LAYERS[0] as Buffer;
    const { commands } = await commandsOf({ layers: [layer, layer], history: [step("A"), step("again")] });
    expect(commands).toEqual(["A", "again"]);
  });

  test("steps may say nothing but a date or a comment", async () => {
    const history = [{ created: "0001-01-01T00:00:00Z" }, { created_by: "", comment: "Imported from -" }, step("C")];
    const { image } = await scanArchive(dockerSaveNew({ layers: LAYERS, history }));
    expect(image.layers.map((layer) => layer.step?.createdBy)).toEqual([undefined, undefined, "C"]);
    expect(image.layers[1]?.step?.comment).toBe("Imported from -");
    expect(image.diagnostics).toEqual([]);
  });
});

test("a configuration that names another number of layers is reported; the manifest counts", async () => {
  const editConfig = (config: Record<string, unknown>) => {
    config.rootfs = { type: "layers", diff_ids: [`sha256:${"0".repeat(64)}`] };
  };
  const analysis = await scanArchive(dockerSaveNew({ layers: LAYERS, broken: { editConfig } }));
  expect(analysis.image.layers.length).toBe(3);
  expect(diagnosticsOf(analysis)).toContain("layer-count-mismatch");
});

test("the order of layers is the manifest's, whatever the order of the members", async () => {
  const spec = { layers: LAYERS, history: ["A", "B", "C"].map(step) };
  const shuffles = [dockerSaveNew(spec, { edit: (members) => members.reverse() }), ociArchive(spec)];
  for (const archive of shuffles) {
    const { image } = await scanArchive(archive);
    const names = image.tree.layers.map(({ node }) =>
      Buffer.from(image.tree.paths.nameOf(node[0] as number)).toString(),
    );
    expect(names).toEqual(["a", "b", "c"]);
  }
});

describe("layers that are not there as promised", () => {
  test("a layer that the archive does not have is absent, the others are analysed", async () => {
    const analysis = await scanArchive(dockerSaveContainerd({ layers: LAYERS, broken: { missing: [1] } }));
    expect(analysis.image.layers.map(({ status }) => status)).toEqual(["complete", "absent", "complete"]);
    expect(analysis.image.complete).toBe(false);
    expect(analysis.image.diagnostics).toMatchObject([
      { code: "layer-absent", severity: "warning", where: { layer: 1 } },
    ]);
    expect(analysis.accounts).toMatchObject({ storedBytes: 2, finalBytes: 2 });
  });

  test("a foreign layer is absent by design, and the reason says so", async () => {
    const mediaTypes = { 1: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip" };
    const { image } = await scanArchive(
      ociArchive({ layers: LAYERS, compression: "gzip", broken: { missing: [1], mediaTypes } }),
    );
    expect(image.layers[1]?.status).toBe("absent");
    expect(image.diagnostics[0]?.message).toContain("may not be distributed");
  });

  test("a layer that breaks off keeps what came before, and is partial", async () => {
    const whole = tar([file("a", "x"), file("b", Buffer.alloc(5000)), file("c")]);
    const analysis = await scanArchive(ociArchive({ layers: [whole.subarray(0, 2000), LAYERS[2] as Buffer] }));
    expect(analysis.image.layers.map(({ status }) => status)).toEqual(["partial", "complete"]);
    expect(analysis.image.errors).toMatchObject([{ code: "truncated", where: { layer: 0 } }]);
    expect(analysis.image.tree.paths.find(Buffer.from("a"))).toBeDefined();
    expect(analysis.accounts.layers[1]?.storedBytes).toBe(1);
    expect(diagnosticsOf(analysis)).toContain("layer-incomplete");
  });

  test("a layer that is not compressed under a media type that says so is read, with a note", async () => {
    const mediaTypes = { 0: "application/vnd.oci.image.layer.v1.tar+gzip" };
    const analysis = await scanArchive(ociArchive({ layers: LAYERS, broken: { mediaTypes } }));
    expect(analysis.image.complete).toBe(true);
    expect(diagnosticsOf(analysis)).toEqual(["media-type-mismatch"]);
  });
});

test("there are no more than fifty notes of a kind; the rest of all layers is counted", async () => {
  const layer = (name: string) => tar(Array.from({ length: 80 }, (_, index) => file(`../${name}${index}`)));
  const { image } = await scanArchive(dockerSaveNew({ layers: [layer("a"), layer("b")] }));
  expect(image.diagnostics.length).toBe(51);
  expect(image.diagnostics.at(-1)).toMatchObject({ code: "path-clamped", message: "110 more of this kind" });
});
