/** Bills of materials: valid, complete, and the same each time. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Inspection } from "../../../src/inspection/inspection.ts";
import type { Analysis } from "../../../src/metrics/analyse.ts";
import { printableJson } from "../../../src/model/path-text.ts";
import type { Distribution, InstalledPackage } from "../../../src/packages/package.ts";
import { packageUrl, upstreamUrl } from "../../../src/packages/purl.ts";
import { cycloneDx } from "../../../src/report/sbom/cyclone-dx.ts";
import { spdx } from "../../../src/report/sbom/spdx.ts";
import type { SbomOptions } from "../../../src/report/sbom/subject.ts";
import { nodeAt, pack, scanArchive } from "../../tree/scan-layers.ts";
import { fullInspection, LAYERS } from "../full-inspection.ts";
import { cycloneDxProblems } from "./cyclone-dx-schema.ts";
import { spdxProblems } from "./spdx-rules.ts";

interface Component {
  readonly type: string;
  readonly "bom-ref": string;
  readonly name: string;
  readonly purl?: string;
  readonly licenses?: unknown;
  readonly properties?: readonly { name: string; value: string }[];
}

interface CycloneDx {
  readonly serialNumber: string;
  readonly metadata: { readonly timestamp?: string; readonly component: Component & { version?: string } };
  readonly components: readonly Component[];
  readonly dependencies: readonly { ref: string; dependsOn: string[] }[];
}

interface Spdx {
  readonly documentNamespace: string;
  readonly creationInfo: { readonly created: string };
  readonly packages: readonly {
    SPDXID: string;
    name: string;
    licenseDeclared: string;
    externalRefs?: { referenceLocator: string }[];
    annotations?: { comment: string }[];
  }[];
  readonly hasExtractedLicensingInfos: readonly { licenseId: string; extractedText: string }[];
  readonly relationships: readonly { spdxElementId: string; relationshipType: string; relatedSpdxElement: string }[];
}

let analysis: Analysis;
let inspection: Inspection;
beforeAll(async () => {
  analysis = await scanArchive(pack(LAYERS, "plain", { tags: ["registry.example:5000/team/app:1.2"] }));
  inspection = fullInspection(analysis).inspection;
});

/** The document, which must be valid and safe to print. */
function cycloneDxOf(of: Inspection = inspection, options: SbomOptions = {}, image: Analysis = analysis): CycloneDx {
  const text = [...cycloneDx(image, of, options)].join("");
  expect(text).toBe(printableJson(text));
  const document = JSON.parse(text) as CycloneDx;
  expect(cycloneDxProblems(document)).toEqual([]);
  const refs = [document.metadata.component, ...document.components].map((component) => component["bom-ref"]);
  expect(new Set(refs).size).toBe(refs.length);
  expect(document.dependencies.map(({ ref }) => ref).sort()).toEqual(refs.sort());
  for (const { dependsOn } of document.dependencies) expect(refs).toEqual(expect.arrayContaining(dependsOn));
  return document;
}

function spdxOf(of: Inspection = inspection, options: SbomOptions = {}, image: Analysis = analysis): Spdx {
  const text = [...spdx(image, of, options)].join("");
  expect(text).toBe(printableJson(text));
  const document = JSON.parse(text) as Spdx;
  expect(spdxProblems(document)).toEqual([]);
  const ids = document.packages.map(({ SPDXID }) => SPDXID);
  expect(new Set(ids).size).toBe(ids.length);
  const related = document.relationships.map(({ relatedSpdxElement }) => relatedSpdxElement);
  expect([...new Set(related)].sort()).toEqual(ids.sort());
  const declared = document.packages.map(({ licenseDeclared }) => licenseDeclared);
  const own = document.hasExtractedLicensingInfos.map(({ licenseId }) => licenseId);
  expect(declared.filter((license) => license.startsWith("LicenseRef-")).sort()).toEqual(expect.arrayContaining(own));
  return document;
}

const withPackages = (packages: readonly InstalledPackage[]): Inspection => ({
  ...inspection,
  packages: { ...inspection.packages, packages },
});

const present = (): InstalledPackage[] =>
  inspection.packages.packages.filter(({ removedIn }) => removedIn === undefined);

const purlsOf = (packages: readonly InstalledPackage[]): string[] => packages.map((one) => upstreamUrl(one));

describe("it lists exactly the packages that are there", () => {
  test("as CycloneDX", () => {
    const { components } = cycloneDxOf();
    expect(components.filter(({ type }) => type === "operating-system").map(({ name }) => name)).toEqual(["debian"]);
    const listed = components.filter(({ type }) => type !== "operating-system");
    expect(listed.map(({ purl }) => purl)).toEqual(purlsOf(present()));
    expect(listed.map(({ type }) => type)).toEqual(["library", "library", "application"]);
  });

  test("as SPDX", () => {
    const { packages } = spdxOf();
    const purls = packages.flatMap(({ externalRefs }) => externalRefs?.map((one) => one.referenceLocator) ?? []);
    expect(purls).toEqual([expect.stringMatching(/^pkg:oci\//), ...purlsOf(present())]);
    expect(packages.map(({ name }) => name)).toEqual([
      "registry.example:5000/team/app:1.2",
      "debian",
      "tool",
      "@scope/a",
      "app",
    ]);
  });

  test("each by itself, where one is there several times", () => {
    const twice = present()
      .flatMap((one) => [one, one])
      .map((one, index) => ({ ...one, index }));
    expect(cycloneDxOf(withPackages(twice)).components).toHaveLength(1 + twice.length);
    expect(spdxOf(withPackages(twice)).packages).toHaveLength(2 + twice.length);
  });

  test("none, of an image without any and without a distribution", () => {
    const none: Inspection = {
      ...inspection,
      packages: { ...inspection.packages, packages: [], distribution: undefined },
    };
    expect(cycloneDxOf(none).components).toEqual([]);
    expect(spdxOf(none).packages).toHaveLength(1);
  });
});

describe("of each it says", () => {
  test("the layer that brought it, where it is declared, and its bytes", () => {
    const diffId = analysis.image.layers[0]?.reference.diffId;
    const [, tool] = cycloneDxOf().components;
    expect(Object.fromEntries((tool?.properties ?? []).map(({ name, value }) => [name, value]))).toEqual({
      "layerscope:type": "deb",
      "layerscope:architecture": "amd64",
      "layerscope:source": "tools 1:2.3-4",
      "layerscope:layer": "0",
      "layerscope:layerDiffId": diffId,
      "layerscope:path": "/var/lib/dpkg/status",
      "layerscope:bytes": "5",
      "aquasecurity:trivy:PkgType": "debian",
      "aquasecurity:trivy:SrcName": "tools",
      "aquasecurity:trivy:SrcVersion": "2.3",
      "aquasecurity:trivy:SrcRelease": "4",
      "aquasecurity:trivy:SrcEpoch": "1",
    });
    expect(JSON.parse(spdxOf().packages[2]?.annotations?.[0]?.comment ?? "")).toEqual({
      layer: 0,
      layerDiffId: diffId,
      path: "/var/lib/dpkg/status",
      bytes: 5,
    });
  });

  test("the license, as an expression where it is one", () => {
    const [, tool, scoped, app] = cycloneDxOf().components;
    expect(tool?.licenses).toEqual([{ license: { name: "GPL-2+ and MIT", acknowledgement: "declared" } }]);
    expect(scoped?.licenses).toEqual([{ expression: "MIT OR Apache-2.0", acknowledgement: "declared" }]);
    expect(app?.licenses).toBeUndefined();
    const { packages, hasExtractedLicensingInfos } = spdxOf();
    expect(packages.slice(2).map(({ licenseDeclared }) => licenseDeclared)).toEqual([
      "LicenseRef-1",
      "MIT OR Apache-2.0",
      "NOASSERTION",
    ]);
    expect(hasExtractedLicensingInfos).toMatchObject([{ licenseId: "LicenseRef-1", extractedText: "GPL-2+ and MIT" }]);
  });
});

describe("scanners find the source package of what a distribution built", () => {
  const debian: Distribution = {
    id: "debian",
    idLike: [],
    versionId: "12",
    codename: undefined,
    prettyName: undefined,
  };
  const built = (distribution: Distribution, more: Partial<InstalledPackage>): InstalledPackage => {
    const [tool] = present();
    if (!tool) throw new Error("there is no package");
    const one = { ...tool, license: undefined, source: undefined, ...more };
    return { ...one, purl: packageUrl(one, distribution) };
  };
  const trivy = (properties: Component["properties"]): string =>
    ["SrcName", "SrcEpoch", "SrcVersion", "SrcRelease"]
      .map((name) => properties?.find((one) => one.name === `aquasecurity:trivy:${name}`)?.value ?? "-")
      .join(" ");

  test.each<[string, string, Partial<InstalledPackage>, upstream: string, parts: string]>([
    ["a name", "debian", { name: "libc6", version: "2.36-9", source: { name: "glibc" } }, "glibc", "glibc - 2.36 9"],
    [
      "a name and a version",
      "debian",
      { name: "libgcc-s1", version: "12.2.0-14+b1", source: { name: "gcc-12", version: "12.2.0-14" } },
      "gcc-12%4012.2.0-14",
      "gcc-12 - 12.2.0 14",
    ],
    [
      "another version only",
      "ubuntu",
      { name: "bash", version: "5.2-1+b2", source: { name: "bash", version: "2:5.2-1" } },
      "bash%402:5.2-1",
      "bash 2 5.2 1",
    ],
    ["nothing", "debian", { name: "base-files", version: "0:12.4", source: undefined }, "", "base-files - 12.4 -"],
    ["its own name", "debian", { name: "perl", version: "1:5-2-1", source: { name: "perl" } }, "", "perl 1 5-2 1"],
    [
      "a recipe",
      "alpine",
      { type: "apk", name: "libcrypto3", version: "3.1.4-r5", source: { name: "openssl", version: "3.1.4-r5" } },
      "openssl",
      "openssl - 3.1.4-r5 -",
    ],
    [
      "the file of a source package",
      "rhel",
      {
        type: "rpm",
        name: "openssl-libs",
        version: "1:3.0.7-27.el9",
        source: { name: "openssl", version: "3.0.7-27.el9" },
      },
      "openssl-3.0.7-27.el9.src.rpm",
      "openssl 1 3.0.7 27.el9",
    ],
    ["an epoch that no number can be", "debian", { name: "a", version: "99999999999:1-1" }, "", "a - 99999999999:1 1"],
  ])("%s (%s)", (_, id, more, upstream, parts) => {
    const distribution = { ...debian, id };
    const one = built(distribution, more);
    const of = { ...inspection, packages: { ...inspection.packages, packages: [one], distribution } };
    const { components } = cycloneDxOf(of);
    const purl = upstream === "" ? one.purl : `${one.purl}&upstream=${upstream}`;
    expect(components[1]?.purl).toBe(purl);
    expect(spdxOf(of).packages[2]?.externalRefs?.[0]?.referenceLocator).toBe(purl);
    expect(trivy(components[1]?.properties)).toBe(parts);
  });

  test("by the qualifiers in their order, where there are none besides too", () => {
    const source = { name: "a b@c" };
    const one = { type: "deb", name: "x", version: "1", source } as const;
    expect(upstreamUrl({ ...one, purl: "pkg:deb/x@1" })).toBe("pkg:deb/x@1?upstream=a%20b%40c");
    expect(upstreamUrl({ ...one, purl: "pkg:deb/x@1?arch=a&vcs_url=b" })).toBe(
      "pkg:deb/x@1?arch=a&upstream=a%20b%40c&vcs_url=b",
    );
    expect(upstreamUrl({ ...one, type: "npm", purl: "pkg:npm/x@1" })).toBe("pkg:npm/x@1");
  });

  test.each([
    ["debian", "debian"],
    ["rhel", "redhat"],
    ["almalinux", "alma"],
    ["amzn", "amazon"],
    ["ol", "oracle"],
    ["of-our-own", undefined],
    ["constructor", undefined],
  ])("Trivy's name of %s is %s, and the operating system's is its own", (id, family) => {
    const distribution = { ...debian, id };
    const of = { ...inspection, packages: { ...inspection.packages, packages: present(), distribution } };
    const { components } = cycloneDxOf(of);
    expect(components[0]).toMatchObject({ type: "operating-system", name: id, version: "12" });
    const typeOf = ({ properties }: Component): string | undefined =>
      properties?.find(({ name }) => name === "aquasecurity:trivy:PkgType")?.value;
    expect(components.map(typeOf)).toEqual([undefined, family, undefined, undefined]);
  });

  test("the operating system has an identifier that Trivy knows it by, and no purpose that only some schemas take", () => {
    expect(spdxOf().packages[1]).toMatchObject({
      SPDXID: "SPDXRef-OperatingSystem",
      name: "debian",
      versionInfo: "12",
    });
    expect(spdxOf().packages[1]).not.toHaveProperty("primaryPackagePurpose");
  });
});

describe("what needs what", () => {
  const needs = (packages: readonly InstalledPackage[]): string[] => {
    const { dependencies } = cycloneDxOf(withPackages(packages));
    const edges = dependencies
      .filter(({ ref }) => packages.some(({ purl }) => ref.startsWith(purl)))
      .flatMap(({ ref, dependsOn }) => dependsOn.map((other) => `${ref} ${other}`));
    const { packages: all, relationships } = spdxOf(withPackages(packages));
    expect(relationships.filter(({ relationshipType }) => relationshipType === "DEPENDS_ON")).toHaveLength(
      edges.length,
    );
    expect(all).toHaveLength(2 + packages.length);
    return edges;
  };

  test("is told of those that are there", () => {
    expect(needs(present())).toEqual(["pkg:npm/app pkg:npm/%40scope/a@1.0.0"]);
  });

  test("is the closest module, of npm", () => {
    const all = inspection.packages.packages.map((one) => ({ ...one, removedIn: undefined }));
    const location = nodeAt(analysis, "app/node_modules/@scope/a/node_modules/b/package.json");
    const closer = { ...(all[3] as InstalledPackage), index: 4, purl: "pkg:npm/b@3.0.0", location };
    expect(needs(all)).toEqual(["pkg:npm/%40scope/a@1.0.0 pkg:npm/b@2.0.0", "pkg:npm/app pkg:npm/%40scope/a@1.0.0"]);
    expect(needs([...all, closer])).toEqual([
      "pkg:npm/%40scope/a@1.0.0 pkg:npm/b@3.0.0",
      "pkg:npm/app pkg:npm/%40scope/a@1.0.0",
    ]);
  });

  test("is told by the architecture, where several have the name, or not at all", () => {
    const [tool] = present();
    if (!tool) throw new Error("there is no package");
    const other = (name: string, index: number, architecture: string): InstalledPackage => ({
      ...tool,
      name,
      index,
      architecture,
      purl: `pkg:deb/debian/${name}?arch=${architecture}`,
      requires: undefined,
    });
    const lib = [other("libc6", 1, "amd64"), other("libc6", 2, "i386")];
    expect(needs([tool, ...lib])).toEqual([`${tool.purl} pkg:deb/debian/libc6?arch=amd64`]);
    expect(needs([tool, ...lib.map((one) => ({ ...one, architecture: "arm64" }))])).toEqual([]);
  });

  test("and the image contains all of it", () => {
    const { dependencies, metadata } = cycloneDxOf();
    const [image, system] = dependencies;
    expect(image?.ref).toBe(metadata.component["bom-ref"]);
    expect(image?.dependsOn).toEqual([system?.ref, "pkg:npm/%40scope/a@1.0.0", "pkg:npm/app"]);
    expect(system?.dependsOn).toEqual(["pkg:deb/debian/tool@1%3A2.3-4%2Bb1?arch=amd64"]);
    const contains = spdxOf().relationships.filter(({ relationshipType }) => relationshipType === "CONTAINS");
    expect(contains.map(({ spdxElementId, relatedSpdxElement }) => `${spdxElementId} ${relatedSpdxElement}`)).toEqual([
      "SPDXRef-ContainerImage SPDXRef-OperatingSystem",
      "SPDXRef-OperatingSystem SPDXRef-Package-deb-tool-0",
      "SPDXRef-Package-deb-tool-0 SPDXRef-Package-npm-a-1",
      "SPDXRef-ContainerImage SPDXRef-Package-npm-app-2",
    ]);
  });
});

describe("the image", () => {
  test("has its name, its tag, its digest and a package URL of them", () => {
    const digest = analysis.image.document.manifestDigest ?? "";
    const { component } = cycloneDxOf().metadata;
    expect(component).toMatchObject({
      type: "container",
      name: "registry.example:5000/team/app:1.2",
      version: "1.2",
      hashes: [{ alg: "SHA-256", content: digest.slice("sha256:".length) }],
    });
    const qualifiers = "arch=amd64&repository_url=registry.example%3A5000%2Fteam%2Fapp&tag=1.2";
    expect(component.purl).toBe(`pkg:oci/app@${digest.replace(":", "%3A")}?${qualifiers}`);
  });

  test.each([
    ["a bare tag", ["1.2"]],
    ["no name", []],
  ])("has no package URL where it has %s", async (_, tags) => {
    const image = await scanArchive(pack(LAYERS, "plain", { tags }));
    const { inspection: of } = fullInspection(image);
    const { component } = cycloneDxOf(of, { reference: "app.tar" }, image).metadata;
    expect(component.purl).toBeUndefined();
    expect(component.version).toBe(image.image.document.manifestDigest);
    expect(spdxOf(of, { reference: "app.tar" }, image).packages[0]?.externalRefs).toBeUndefined();
  });

  test.each(["not a time", "", "+012024-01-01T00:00:00Z"])("may have been made at %j", async (created) => {
    const image = await scanArchive(pack(LAYERS, "plain", { created }));
    const { inspection: of } = fullInspection(image);
    expect(cycloneDxOf(of, {}, image).metadata.timestamp).toBeUndefined();
    expect(spdxOf(of, {}, image).creationInfo.created).toBe("1970-01-01T00:00:00Z");
  });

  test("was made when it says so", () => {
    expect(cycloneDxOf().metadata.timestamp).toBe("2024-05-01T12:00:00Z");
    expect(spdxOf().creationInfo.created).toBe("2024-05-01T12:00:00Z");
  });
});

test("the same image gives the same text, another image another serial number", async () => {
  const text = (of: Analysis): string => {
    const { inspection: its } = fullInspection(of);
    return [...cycloneDx(of, its), ...spdx(of, its)].join("");
  };
  const archive = pack(LAYERS, "plain", { tags: ["app:1"] });
  expect(text(await scanArchive(archive))).toBe(text(await scanArchive(archive)));
  const other = await scanArchive(pack(LAYERS, "plain", { tags: ["app:1"], created: "2025-05-01T12:00:00Z" }));
  const serial = cycloneDxOf(fullInspection(other).inspection, {}, other).serialNumber;
  const before = await scanArchive(archive);
  expect(serial).not.toBe(cycloneDxOf(fullInspection(before).inspection, {}, before).serialNumber);
  expect(cycloneDxOf(inspection, { toolVersion: "1" }).serialNumber).not.toBe(cycloneDxOf().serialNumber);
});

test("whatever an image writes into names and versions, the documents are valid", () => {
  const odd = present().map((one, index) => ({
    ...one,
    index,
    name: ["\u001b[31m", "\ud800 half", "a/b c\u202e"][index] ?? "",
    namespace: "\n",
    version: "x".repeat(index * 3000),
    license: "\u0000",
    architecture: '"',
    requires: ["", "\ud800", "__proto__", "../../.."],
  }));
  cycloneDxOf(withPackages(odd));
  spdxOf(withPackages(odd));
});

test("very many packages come in pieces", () => {
  const [tool] = present();
  if (!tool) throw new Error("there is no package");
  const many = withPackages(
    Array.from({ length: 5000 }, (_, index) => ({ ...tool, index, purl: `${tool.purl}#${index}` })),
  );
  for (const pieces of [[...cycloneDx(analysis, many)], [...spdx(analysis, many)]]) {
    expect(pieces.length).toBeGreaterThan(20);
    expect(pieces.filter((piece) => piece.length > 100_000).length).toBeLessThan(5);
  }
});
