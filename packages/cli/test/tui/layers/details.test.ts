/** The details of a layer and of the image. */
import { beforeAll, describe, expect, test } from "vitest";
import { file, whiteout } from "../../../../../fixtures/build/tar.ts";
import { detailRows, presentDetails } from "../../../src/tui/present/details.ts";
import type { DetailLine } from "../../../src/tui/view-model/detail-line.ts";
import { imageDetails } from "../../../src/tui/view-model/image-details.ts";
import { layerDetails } from "../../../src/tui/view-model/layer-details.ts";
import type { World } from "../../../src/tui/world.ts";
import { PLAIN, UNICODE } from "./looks.ts";
import { analysisOf, madeBy, opening, subjectOf, whileReading, worldOf, worldOfDemo } from "./subjects.ts";

const textOf = (lines: readonly DetailLine[], width = 100, look = UNICODE): string =>
  `\n${detailRows(lines, width, look).join("\n")}\n`;

describe("the details of the demo image", () => {
  let demo: World;
  beforeAll(async () => {
    demo = await worldOfDemo({ layers: 2, foundBy: "the history" });
  });

  test.each([24, 32, 60, 100])("of layer 7 in %i columns", async (width) => {
    await expect(textOf(layerDetails(demo, 7), width)).toMatchFileSnapshot(`golden/layer-details-${width}.txt`);
  });

  test.each([32, 60, 100])("of the image in %i columns", async (width) => {
    await expect(textOf(imageDetails(demo), width)).toMatchFileSnapshot(`golden/image-details-${width}.txt`);
  });

  test("in words", () => {
    const text = textOf(imageDetails(demo), 80, PLAIN);
    expect(text).toContain("\nEfficiency: 54.3 %\n");
    expect(text).toContain("\nDeleted: 247 kB, 42.1 %\n");
    expect(text).not.toMatch(/[█░▒]/);
  });

  test("are the same rows as long as nothing changes, so that scrolling costs nothing", () => {
    const rows = detailRows(layerDetails(demo, 7), 60, UNICODE);
    const later = { ...demo, subject: { ...demo.subject, progress: undefined } };
    expect(detailRows(layerDetails(later, 7), 60, UNICODE)).toBe(rows);
    expect(presentDetails(layerDetails(demo, 7), 3, { width: 60, height: 4 }, UNICODE)).toEqual(rows.slice(3, 7));
  });

  test("of a layer that is not there are none", () => {
    expect(layerDetails(demo, 10)).toEqual([]);
    expect(layerDetails(demo, -1)).toEqual([]);
  });
});

describe("the details of a layer", () => {
  test("tell what it made invisible of layers below, largest first", async () => {
    const sizes = [10, 400, 20, 300];
    const files = sizes.map((size) => file(`f${size}`, "x".repeat(size)));
    const analysis = await analysisOf([files, sizes.map((size) => whiteout(`f${size}`))]);
    expect(textOf(layerDetails(worldOf(subjectOf(analysis)), 1))).toContain(
      [
        "Waste it made of layers below",
        "Made invisible      730 B in 4 files",
        "400 B of layer 0: /f400",
        "300 B of layer 0: /f300",
        "20 B of layer 0: /f20",
        "… and 1 more",
      ].join("\n"),
    );
    expect(textOf(layerDetails(worldOf(subjectOf(analysis)), 0))).not.toContain("Made invisible");
  });

  test("have the command in lines, its build arguments apart", async () => {
    const history = madeBy("RUN |1 VERSION=1.2 /bin/sh -c set -e; curl x | tar x && make # buildkit");
    const text = textOf(layerDetails(worldOf(subjectOf(await analysisOf([[]], { history }))), 0));
    expect(text).toContain("\nRUN set -e;\n  curl x\n    | tar x\n  && make\n");
    expect(text).toMatch(/\nBuild arguments +VERSION=1.2\n/);
  });

  test("say that it changed nothing", async () => {
    expect(textOf(layerDetails(worldOf(subjectOf(await analysisOf([[]]))), 0))).toContain("it changed nothing");
  });

  test("have what the manifest says before it is read, and what was read before all is", async () => {
    const analysis = await analysisOf([[file("a", "xyz")], [file("b", "1")]]);
    const world = worldOf(whileReading(analysis, 1));
    const [first, second] = [textOf(layerDetails(world, 0)), textOf(layerDetails(world, 1))];
    expect(first).toMatch(/\nStored +3 B\n/);
    expect(first).not.toContain("Wasted");
    expect(second).toContain("\nRUN step 1\n");
    expect(second).toMatch(/\nStatus +being read\n/);
    expect(second).toMatch(/\nDigest +sha256:/);
    expect(second).not.toContain("Stored");
  });

  test("say why it could only be read in part", async () => {
    const analysis = await analysisOf([[file("a", "xyz")]], { compression: "gzip", broken: { corrupt: [0] } });
    const text = textOf(layerDetails(worldOf(subjectOf(analysis)), 0));
    expect(text).toMatch(/\nStatus +could only be read in part/);
    expect(text).toMatch(/\nError +\S/);
  });

  test("show nothing of a year in which there were no containers but the date", async () => {
    const history = [{ created: "1970-01-01T00:00:00Z", created_by: "RUN x" }];
    const text = textOf(layerDetails(worldOf(subjectOf(await analysisOf([[]], { history }))), 0));
    expect(text).toMatch(/\nCreated +1970-01-01 00:00\n/);
  });
});

describe("the details of the image", () => {
  test("are few before anything is known", async () => {
    const text = textOf(imageDetails(worldOf(opening(await analysisOf([[]])))));
    expect(text).toMatchInlineSnapshot(`
      "
      app.tar

      Where it comes from
      Opened              app.tar
      "
    `);
  });

  test("say how it runs, words that need it in quotes", async () => {
    const config = {
      Entrypoint: ["/bin/sh", "-c", "echo a b"],
      Cmd: ["--port=80"],
      ExposedPorts: { "80/tcp": {}, "443/tcp": {} },
      Volumes: { "/data": {} },
      StopSignal: "SIGINT",
      Healthcheck: { Test: ["CMD", "true"] },
    };
    const text = textOf(imageDetails(worldOf(subjectOf(await analysisOf([[]], { config })))));
    expect(text).toContain(
      [
        'Entrypoint          /bin/sh -c "echo a b"',
        "Command             --port=80",
        "User                root, as none is named",
        "Ports               80/tcp, 443/tcp",
        "Volumes             /data",
        "Stop signal         SIGINT",
        "Health check        yes",
      ].join("\n"),
    );
  });

  test("are kept short where the image is not", async () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`label${index}`, "x"]));
    const config = { Labels: { ...many, "": "" }, Env: [`LONG=${"x".repeat(1_000_000)}`] };
    const rows = detailRows(imageDetails(worldOf(subjectOf(await analysisOf([[]], { config })))), 40, UNICODE);
    expect(rows.length).toBeLessThan(500);
    expect(rows.join("\n")).toContain("… and 4,801 more");
    expect(rows.join(" ").replace(/\s+/g, " ")).toContain("… and 996,005 more characters");
  });

  test("of a saved report say that it has no contents", async () => {
    const world = worldOf(subjectOf(await analysisOf([[]]), { hasContents: false }));
    expect(textOf(imageDetails(world))).toMatch(/\nRead from +a saved report, without contents\n/);
  });
});
