/** What a report says of the contents of files is read back, or refused, or said to be unknown. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { file, hardlink, type Member, whiteout } from "../../../../fixtures/build/tar.ts";
import { advise } from "../../src/advice/advise.ts";
import { inspectImage } from "../../src/inspection/inspect-image.ts";
import type { Inspection } from "../../src/inspection/inspection.ts";
import { type Analysis, analyse } from "../../src/metrics/analyse.ts";
import { LayerscopeError } from "../../src/model/errors.ts";
import { readReport } from "../../src/report/read-report.ts";
import { createReport } from "../../src/report/report.ts";
import type { Report } from "../../src/report/schema.ts";
import type { AllowedSecrets } from "../../src/secrets/secret.ts";
import { pemKey } from "../secrets/made-up.ts";
import { pack, withScan } from "../tree/scan-layers.ts";
import { placesIn, withValue } from "./changed.ts";
import { plain, REFERENCE } from "./reopen.ts";

const RUNS = Number(process.env.LAYERSCOPE_TEST_RUNS ?? 150);

const packageOf = (name: string): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\nDepends: libc6\nInstalled-Size: 4\n`;
const same = Buffer.alloc(200_000, "x");
const LAYERS: readonly Member[][] = [
  [
    file("etc/os-release", "ID=debian\nVERSION_ID=9\n"),
    file("etc/passwd", "root:x:0:0::/root:/bin/sh\n"),
    file("etc/group", "root:x:0:\n"),
    file("var/lib/dpkg/status", [packageOf("tool"), packageOf("libc6")].join("\n")),
    file("var/lib/dpkg/info/tool.list", "/usr/bin/tool\n/usr/bin/other\n"),
    file("var/lib/dpkg/info/libc6.list", "/lib/libc.so\n"),
    file("usr/bin/tool", "12345", { mode: 0o4755 }),
    hardlink("usr/bin/other", "usr/bin/tool"),
    file("lib/libc.so", "1234567"),
    file("root/.ssh/id_rsa", pemKey("RSA PRIVATE KEY")),
    file("one", same),
  ],
  [
    whiteout("root/.ssh/id_rsa"),
    file("two", same),
    file("srv/key.pem", pemKey("RSA PRIVATE KEY"), { uid: 4711, gid: 0 }),
    file("app/node_modules/a/package.json", '{"name":"a","version":"1.0.0"}'),
    file("open", "x", { mode: 0o666 }),
  ],
];

let report: Report;
let inspection: Inspection;
beforeAll(async () => {
  await withScan(pack(LAYERS, "plain"), async (image) => {
    const analysis = analyse(image);
    inspection = await inspectImage(analysis);
    report = plain(createReport(analysis, { reference: REFERENCE, files: true, inspection }));
  });
});

async function opened(document: object, allowedSecrets?: AllowedSecrets): Promise<[Analysis, Inspection]> {
  const analysis = analyse(await readReport(Buffer.from(JSON.stringify(document))));
  return [analysis, await inspectImage(analysis, { allowedSecrets })];
}

const pathsOf = ({ image }: Analysis, { secrets }: Pick<Inspection, "secrets">): string[] =>
  secrets.flatMap(({ place }) =>
    place.kind === "file" ? [Buffer.from(image.tree.paths.pathOf(place.node)).toString()] : [],
  );

test("the image of these tests has something of all that is read back", () => {
  expect(inspection.packages.packages.map(({ name, files }) => [name, files])).toEqual([
    ["a", 1],
    ["libc6", 1],
    ["tool", 1],
  ]);
  const { secrets, duplicates, permissions } = inspection;
  expect([secrets.length, duplicates.length]).toEqual([2, 1]);
  expect([permissions.privileged.length, permissions.unknownOwners?.length]).toEqual([1, 1]);
});

describe("read back is", () => {
  test("who owns which file, whatever its name", async () => {
    const [{ image }, { packages }] = await opened(report);
    const { tree } = image;
    const ownerAt = (path: string): string | undefined => {
      const revision = tree.newestRevision(tree.paths.find(Buffer.from(path)) ?? 0);
      const owner = packages.ownerOf(tree.inodeOf(tree.revisionEntry(revision)));
      return owner === undefined ? undefined : packages.packages[owner]?.name;
    };
    expect(["usr/bin/tool", "usr/bin/other", "lib/libc.so", "one"].map(ownerAt)).toEqual([
      "tool",
      "tool",
      "libc6",
      undefined,
    ]);
  });

  test("what a package says it needs and weighs", async () => {
    const [, { packages }] = await opened(report);
    const tool = packages.packages.find(({ name }) => name === "tool");
    expect(tool).toMatchObject({ requires: ["libc6"], claimedBytes: 4096 });
  });

  test("what was allowed when it was saved, so that it may be none when it is opened", async () => {
    await withScan(pack(LAYERS, "plain"), async (image) => {
      const analysis = analyse(image);
      const found = await inspectImage(analysis, { allowedSecrets: { paths: ["srv"] } });
      const saved = createReport(analysis, { reference: REFERENCE, files: true, inspection: found });
      expect(saved.secrets).toHaveLength(1);
      expect(saved.allowedSecrets?.map(({ where }) => where)).toEqual([
        { kind: "file", path: "/srv/key.pem", layer: 1 },
      ]);
      const [first, all] = await opened(saved);
      expect(pathsOf(first, all)).toEqual(["root/.ssh/id_rsa", "srv/key.pem"]);
      const [second, some] = await opened(saved, { paths: ["root"] });
      expect(pathsOf(second, some)).toEqual(["srv/key.pem"]);
    });
    expect(report.allowedSecrets).toBeUndefined();
  });
});

describe("nothing of files is known, which is not that there is nothing,", () => {
  const without = (change: (entry: Report["layers"][number]["entries"]) => unknown): object => ({
    ...report,
    layers: report.layers.map((layer) => ({ ...layer, entries: change(layer.entries) })),
  });

  test("of a report that nobody had looked into the files for", async () => {
    const [analysis, found] = await opened({ ...report, inspected: undefined });
    expect(found.unread).toEqual([0, 1]);
    expect(advise(analysis, found).unreadLayers).toEqual([0, 1]);
  });

  test("of one that does not say who owns which file", async () => {
    const [, found] = await opened(
      without((entries) => entries?.map(({ package: _, strippableBytes: __, ...entry }) => entry)),
    );
    expect(found.unread).toEqual([0, 1]);
    expect(found.packages.packages).toEqual([]);
  });
});

describe("a report that contradicts itself is refused, and says where:", () => {
  /** Where an entry stands, by its path. */
  const entryAt = (layer: number, path: string): string => {
    const at = report.layers[layer]?.entries?.findIndex((entry) => entry.path === path) ?? -1;
    expect(at).toBeGreaterThanOrEqual(0);
    return `layers.${layer}.entries.${at}`;
  };

  test.each([
    ["packages that are none", "packages", () => ["packages", {}]],
    ["a package of an unknown type", "packages[0].type", () => ["packages.0.type", "magic"]],
    ["a package whose file is nowhere", "packages[0]", () => ["packages.0.path", "/nowhere"]],
    ["a package that a directory declares", "packages[0]", () => ["packages.0.path", "/usr"]],
    ["a package of a layer that is not there", "packages[0]", () => ["packages.0.installedIn", 9]],
    ["a package that went before it came", "packages[0]", () => ["packages.0.removedIn", 0]],
    ["other bytes of a package", "packages[0].bytes", () => ["packages.0.bytes", 77]],
    ["other files of a package", "packages[0].files", () => ["packages.0.files", 2]],
    ["other layers of a package", "packages[0].bytesByLayer", () => ["packages.0.bytesByLayer.0.layer", 0]],
    ["bytes in no layer", "packages[0].bytesByLayer", () => ["packages.0.bytesByLayer", []]],
    ["a package that unknown ones brought", "packages[0].partOf", () => ["packages.0.partOf", "pkg:deb/x"]],
    ["an owner that is not there", "packages[99]", () => [`${entryAt(0, "/one")}.package`, 99]],
    ["an owner of more", "packages[0].bytes", () => [`${entryAt(0, "/one")}.package`, 0]],
    ["two owners of a file", "layers[0].entries", () => [`${entryAt(0, "/usr/bin/other")}.package`, 0]],
    ["an owner of what no container sees", "packages", () => [`${entryAt(0, "/root/.ssh/id_rsa")}.package`, 0]],
    ["other bytes without an owner", "inspected.unownedBytes", () => ["inspected.unownedBytes", 1]],
    ["other bytes with one", "inspected.packagedBytes", () => ["inspected.packagedBytes", 1]],
    ["a layer that is not there", "inspected.unreadLayers[0]", () => ["inspected.unreadLayers", [2]]],
    ["a layer twice", "inspected.unreadLayers[1]", () => ["inspected.unreadLayers", [0, 0]]],
    ["duplicates of another size", "duplicates[0].paths[0]", () => ["duplicates.0.bytes", 77]],
    ["duplicates that are nowhere", "duplicates[0].paths[1]", () => ["duplicates.0.paths.1.path", "/three"]],
    ["duplicates in another layer", "duplicates[0].paths[1]", () => ["duplicates.0.paths.1.layer", 0]],
    ["one file twice", "duplicates[0].paths[1]", () => ["duplicates.0.paths.1", { path: "/one", layer: 0 }]],
    ["a duplicate of nothing", "duplicates[0]", () => ["duplicates.0.paths", [{ path: "/one", layer: 0 }]]],
    ["a secret that is nowhere", "secrets[0].where", () => ["secrets.0.where.path", "/nowhere"]],
    ["a secret of a layer that is not there", "secrets[0].where", () => ["secrets.0.where.hiddenBy", 9]],
    ["a secret that is hidden before it comes", "secrets[1].where", () => ["secrets.1.where.hiddenBy", 0]],
    ["allowed secrets that are none", "allowedSecrets", () => ["allowedSecrets", 1]],
    ["another owner", "unknownOwners[0]", () => ["permissions.unknownOwners.0.uid", 1]],
    ["an owner of another path", "unknownOwners[0]", () => ["permissions.unknownOwners.0.path", "/one"]],
    ["permissions that are none", "permissions", () => ["permissions", 1]],
  ] as [string, string, () => [string, unknown]][])("%s", async (_, place, change) => {
    const [key, value] = change();
    const failure = await readReport(withValue(report, key, value)).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(LayerscopeError);
    expect(failure).toMatchObject({ code: "invalid-document", message: expect.stringContaining(place) });
  });
});

test("what is new in another version is let pass", async () => {
  const newer = plain(report);
  Object.assign(newer.packages?.[0] ?? {}, { color: "red" });
  Object.assign(newer.inspected ?? {}, { color: "red" });
  const [, { packages, unread }] = await opened(newer);
  expect([packages.packages.length, unread]).toEqual([3, []]);
});

test("whatever one value becomes, all can be asked of it, or it is refused with a typed error", async () => {
  const value = fc.oneof(
    fc.constantFrom(undefined, null, -1, 0, 1, 2, 0.5, 2 ** 32, 2 ** 53, "", "/", "/one", "/usr", [], {}, true),
    fc.jsonValue(),
  );
  const parts = ["inspected", "packages", "duplicates", "secrets", "permissions"] as const;
  const places = parts.flatMap((part) => placesIn({ [part]: report[part] }, ""));
  expect(places.length).toBeGreaterThan(100);
  const owners = report.layers.flatMap(({ entries = [] }, layer) =>
    entries.map((_, at) => `layers.${layer}.entries.${at}.package`),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places, ...owners), value, async (place, what) => {
      try {
        const analysis = analyse(await readReport(withValue(report, place, what)));
        const found = await inspectImage(analysis);
        const bytes = found.packages.packages.reduce((sum, one) => sum + one.bytes, found.packages.unownedBytes);
        expect(bytes).toBe(analysis.accounts.finalBytes);
        expect(advise(analysis, found).savedBytes.own).toBeLessThanOrEqual(analysis.accounts.storedBytes);
      } catch (thrown) {
        if (!(thrown instanceof LayerscopeError)) throw thrown;
      }
    }),
    { numRuns: RUNS },
  );
});
