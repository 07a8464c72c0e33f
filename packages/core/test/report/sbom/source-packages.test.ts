/** What SBOMs say that the packages of this machine were built from is what dpkg says itself. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { file } from "../../../../../fixtures/build/tar.ts";
import { inspectImage } from "../../../src/inspection/inspect-image.ts";
import { analyse } from "../../../src/metrics/analyse.ts";
import { cycloneDx } from "../../../src/report/sbom/cyclone-dx.ts";
import { pack, withScan } from "../../tree/scan-layers.ts";

const STATUS = "/var/lib/dpkg/status";
const FIELDS = ["Package", "Version", "source:Package", "source:Version"].map((field) => `\${${field}}`).join(" ");

const { status, stdout } = spawnSync("dpkg-query", ["--show", `--showformat=\${db:Status-Status} ${FIELDS}\n`], {
  encoding: "utf8",
  maxBuffer: 64 * 1024 * 1024,
});
const isThere = status === 0 && stdout.includes("installed ");

interface Component {
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

/** `name version` of the source package, by the package URL as Grype takes it apart. */
function byUrl({ name, version = "", purl = "" }: Component): string {
  const upstream = new URLSearchParams(purl.split("?")[1]?.replaceAll("+", "%2B")).get("upstream") ?? name;
  const [source, sourceVersion = version] = upstream.split("@");
  return `${source} ${sourceVersion}`;
}

/** The same by the properties, as Trivy puts them together. */
function byProperties({ properties = [] }: Component): string {
  const of = (name: string): string | undefined =>
    properties.find((one) => one.name === `aquasecurity:trivy:${name}`)?.value;
  const [epoch, release] = [of("SrcEpoch"), of("SrcRelease")];
  const version = `${epoch === undefined ? "" : `${epoch}:`}${of("SrcVersion")}`;
  return `${of("SrcName")} ${version}${release === undefined ? "" : `-${release}`}`;
}

test.skipIf(!isThere)(
  `of all packages of this machine${isThere ? "" : " (skipped: no dpkg with packages)"}`,
  async () => {
    const expected = stdout
      .split("\n")
      .filter((line) => line.startsWith("installed "))
      .map((line) => line.slice("installed ".length));
    const layer = [file(STATUS.slice(1), readFileSync(STATUS)), file("etc/os-release", 'ID=debian\nVERSION_ID="12"\n')];
    const text = await withScan(pack([layer], "plain"), async (image) => {
      const analysis = analyse(image);
      return [...cycloneDx(analysis, await inspectImage(analysis))].join("");
    });
    const { components } = JSON.parse(text) as { components: readonly Component[] };
    const debs = components.filter(({ purl = "" }) => purl.startsWith("pkg:deb/debian/"));
    const lines = (sourceOf: (one: Component) => string): string[] =>
      debs.map((one) => `${one.name} ${one.version} ${sourceOf(one)}`).sort();
    expect(expected.length).toBeGreaterThan(10);
    expect(lines(byUrl)).toEqual(expected.sort());
    expect(lines(byProperties)).toEqual(expected.sort());
  },
);
