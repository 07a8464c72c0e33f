/** The packages view: its rows, what is said of each, and where Enter leads. */
import type { InstalledPackage } from "@layerscope/core";
import { beforeAll, describe, expect, test } from "vitest";
import { chownedImage } from "../../../../../test/cli/chowned-image.ts";
import type { Look, Size } from "../../../src/tui/present/look.ts";
import { presentPackages } from "../../../src/tui/present/packages.ts";
import { PACKAGE_SORTS, type PackageSort } from "../../../src/tui/state/packages.ts";
import type { Subject } from "../../../src/tui/subject.ts";
import type { DetailLine } from "../../../src/tui/view-model/detail-line.ts";
import { layerDetails } from "../../../src/tui/view-model/layer-details.ts";
import { packageDetails } from "../../../src/tui/view-model/package-details.ts";
import { type PackageRow, packagesModel } from "../../../src/tui/view-model/packages.ts";
import { worldOf } from "../layers/subjects.ts";
import { User } from "../state/view-state.ts";
import { NORMAL, PLAIN } from "../waste/subjects.ts";
import { inspectedSubject } from "./subjects.ts";

let subject: Subject;
beforeAll(async () => {
  subject = await inspectedSubject();
});

const rowsOf = (sort: PackageSort): PackageRow[] => {
  const model = packagesModel(subject, sort);
  return Array.from({ length: model.count }, (_, index) => model.at(index)).filter((row) => row !== undefined);
};
const bytesOf = (row: PackageRow): number => (row.kind === "package" ? row.of.bytes : row.part.bytes);
const nameOf = (row: PackageRow): string => (row.kind === "package" ? `${row.name} ${row.of.version}` : row.path);
const screen = (size: Size, look: Look = NORMAL, of = subject): string[] =>
  presentPackages(packagesModel(of, "size"), { cursor: 0, top: 0 }, true, size, look);
const textOf = (lines: readonly DetailLine[]): string =>
  lines
    .map((line) => {
      if (line.kind === "gap" || line.kind === "count") return "";
      return line.kind === "fact" ? `${line.label}: ${line.value}` : line.text;
    })
    .join("\n");
const detailsOf = (name: string): string =>
  textOf(
    packageDetails(
      rowsOf("size").find((row) => nameOf(row) === name),
      subject,
      "si",
    ),
  );

describe("rows", () => {
  test("by size are packages and what no package owns together, the largest first, and add up to what is visible", () => {
    const bytes = rowsOf("size").map(bytesOf);
    expect(bytes).toEqual([...bytes].sort((one, other) => other - one));
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBe(subject.analysis?.accounts.finalBytes);
  });

  test("by name and by layer have what no package owns at their end", () => {
    expect(rowsOf("name").map(nameOf)).toEqual([
      "bash 5.2.15-2",
      "curl 7.88.1-10",
      "express 4.18.2",
      "libc6 2.36-9",
      "qs 6.11.0",
      "qs 6.9.0",
      "shop 1.0.0",
      "/etc/os-release",
      "/srv/app/index.js",
      "/srv/app/package.json",
      "/var/lib/dpkg/info/",
      "/var/lib/dpkg/status",
    ]);
    const layers = rowsOf("layer").map((row) => (row.kind === "package" ? row.of.installedIn : "none"));
    expect(layers).toEqual([0, 0, 1, 2, 2, 2, 2, "none", "none", "none", "none", "none"]);
  });

  test.each(PACKAGE_SORTS)("by %s are all there", (sort) => {
    expect(new Set(rowsOf(sort).map(nameOf))).toEqual(new Set(rowsOf("size").map(nameOf)));
  });

  test("packages that a layer removed are not among them", async () => {
    const inventory = subject.inspection?.packages;
    if (!subject.inspection || !inventory) throw new Error("the image is inspected");
    const [first, ...others] = inventory.packages;
    const gone: InstalledPackage = { ...(first as InstalledPackage), removedIn: 3, bytes: 0 };
    const packages = { ...inventory, packages: [...others, gone] };
    const model = packagesModel({ ...subject, inspection: { ...subject.inspection, packages } }, "size");
    expect(model.packages).toBe(others.length);
  });
});

describe("the list", () => {
  test("begins with the sums", () => {
    expect(screen({ width: 120, height: 5 })[0]).toBe(
      " 7 packages · by size · 423 kB of 433 kB visible · 9.63 kB of no package · Debian GNU/Linux 12 (bookworm)",
    );
  });

  test("has bytes, files, name, version, type and layer", () => {
    const rows = screen({ width: 100, height: 20 });
    expect(rows[1]).toMatch(/^ +190 kB +43\.9 % +1 file +libc6 +2\.36-9 +deb +layer 0 <$/);
    expect(rows.find((row) => row.includes("6.11.0"))).toMatch(/qs +6\.11\.0, one of several +npm +layer 2$/);
    expect(rows.find((row) => row.includes("index.js"))).toMatch(/9\.00 kB .* no package: \/srv\/app\/index\.js/);
  });

  test("has less on narrow terminals, names first", () => {
    expect(screen({ width: 60, height: 5 })[1]).toMatch(/^ +190 kB {2}libc6 2\.36-9 +deb +layer 0 <$/);
    expect(screen({ width: 40, height: 5 })[1]).toMatch(/^ +190 kB {2}libc6 2\.36-9 <$/);
  });

  test("in words: what it is comes first", () => {
    expect(screen({ width: 120, height: 5 }, PLAIN)[1]).toMatch(
      /^selected: libc6 2\.36-9, 190 kB in 1 file, deb, base layer 0/,
    );
  });

  test.each([
    ["before all layers are read", { inspection: undefined }, "known when all layers are read"],
    ["while files are looked into", { inspection: undefined, isInspecting: true }, "Looking into files"],
  ])("%s says why it is empty", (_when, change, text) => {
    expect(screen({ width: 80, height: 10 }, NORMAL, { ...subject, ...change }).join("\n")).toContain(text);
  });
});

describe("the details of a package", () => {
  test("say where it is from, who needs it, and what is stored of it", () => {
    const text = detailsOf("qs 6.11.0");
    expect(text).toContain("Package URL: pkg:npm/qs@6.11.0");
    expect(text).toContain("License: MIT");
    expect(text).toContain("Installed by: layer 2: COPY . /srv/app");
    expect(text).toContain("shop needs express, which needs qs");
    expect(text).toContain("6.9.0: 11.1 kB, /srv/app/node_modules/qs/package.json");
    expect(text).toContain("12.0 kB: /srv/app/node_modules/express/node_modules/qs/index.js");
  });

  test("say of a package that a later layer stored again which that is", async () => {
    const chowned = await inspectedSubject(chownedImage());
    const lines = textOf(packageDetails(packagesModel(chowned, "size").at(0), chowned, "si"));
    expect(lines).toContain("Installed by layer 0, all of it stored again in layer 1.");
    expect(lines).toMatch(/2\.04 kB: layer 1: RUN chown/);
    expect(detailsOf("qs 6.11.0")).not.toContain("stored again");
  });

  test("tell the base image's layers from others", () => {
    expect(detailsOf("bash 5.2.15-2")).toContain("Installed by: base layer 0: ADD");
  });

  test("explain what no package owns", () => {
    expect(detailsOf("/srv/app/index.js")).toContain("No package says that this file is its own.");
    expect(detailsOf("/var/lib/dpkg/info/")).toContain("In the image: 98 B in 3 files");
  });
});

describe("going on from a package", () => {
  const userOn = (name: string): User => {
    const user = new User(subject).does("view-packages");
    const index = rowsOf("size").findIndex((row) => nameOf(row) === name);
    if (index < 0) throw new Error(`no row of ${name}`);
    for (let step = 0; step < index; step++) user.does("move-down");
    return user;
  };

  test("Enter goes to its largest file in the layer that stores it, Escape back to the very place", () => {
    const user = userOn("curl 7.88.1-10");
    const { packages } = user.state;
    user.presses("enter");
    expect(user.path).toBe("usr/bin/curl");
    expect(user.state.layers.cursor).toBe(1);
    user.presses("esc");
    expect(user.state).toMatchObject({ view: "packages", focus: "packages", packages });
  });

  test("Enter goes to the file that declares one without files of its own", () => {
    expect(userOn("shop 1.0.0").presses("enter").path).toBe("srv/app/package.json");
  });

  test("Enter goes to a directory that no package owns, in what a container sees", () => {
    const user = userOn("/var/lib/dpkg/info/").presses("enter");
    expect(user.path).toBe("var/lib/dpkg/info");
    expect(user.state.files.shown).toBe("tree");
  });

  test("sorting keeps the cursor on its package, and on the screen", () => {
    const user = userOn("qs 6.11.0");
    const underCursor = (): string => {
      const { sort, position } = user.state.packages;
      const row = packagesModel(subject, sort).at(position.cursor);
      return row ? nameOf(row) : "";
    };
    for (const sort of ["name", "layer", "size"]) {
      user.presses("s");
      expect(user.state.packages.sort).toBe(sort);
      expect(underCursor()).toBe("qs 6.11.0");
    }
  });

  test("a click selects, a second one opens", () => {
    const user = new User(subject).does("view-packages");
    const { x, y } = user.bodyOf("packages");
    expect(user.clicks(x + 4, y + 2).state.packages.position.cursor).toBe(1);
    expect(user.clicks(x + 4, y + 2).path).toBe("usr/bin/bash");
  });
});

describe("the details of a layer", () => {
  test("say which packages it installed, the largest first", () => {
    const text = textOf(layerDetails(worldOf(subject), 2));
    expect(text).toContain("Packages it installed\nInstalled: 4 packages, 53.2 kB\n30.1 kB: express 4.18.2\n");
    expect(textOf(layerDetails(worldOf(subject), 3))).not.toContain("Packages it");
  });

  test("say which it removed", () => {
    const { inspection } = subject;
    if (!inspection) throw new Error("the image is inspected");
    const gone = inspection.packages.packages.map((one) => (one.name === "bash" ? { ...one, removedIn: 3 } : one));
    const changed = { ...subject, inspection: { ...inspection, packages: { ...inspection.packages, packages: gone } } };
    expect(textOf(layerDetails(worldOf(changed), 3))).toContain("Packages it removed or replaced\nbash 5.2.15-2");
  });
});
