/** Package URLs as the purl specification has them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Distribution, PackageType } from "../../src/packages/package.ts";
import { type PackageIdentity, packageUrl } from "../../src/packages/purl.ts";

const distribution = (id: string, versionId?: string, codename?: string): Distribution => {
  return { id, idLike: [], versionId, codename, prettyName: undefined };
};

const url = (
  type: PackageType,
  name: string,
  version: string,
  more: Pick<PackageIdentity, "namespace" | "architecture" | "qualifiers"> = {},
) => packageUrl({ type, name, version, ...more });

describe("a package of a distribution", () => {
  const curl = { type: "deb", name: "curl", version: "1:7.88.1-10+deb12u5", architecture: "amd64" } as const;

  test("has that as its namespace, its release, and its architecture", () => {
    expect(packageUrl(curl, distribution("debian", "12"))).toBe(
      "pkg:deb/debian/curl@1:7.88.1-10%2Bdeb12u5?arch=amd64&distro=debian-12",
    );
    expect(packageUrl({ ...curl, type: "apk", version: "8.5.0-r0" }, distribution("alpine", "3.19.1"))).toBe(
      "pkg:apk/alpine/curl@8.5.0-r0?arch=amd64&distro=alpine-3.19.1",
    );
  });

  test("has the codename of a release that has no number, and just the name when there is neither", () => {
    expect(packageUrl(curl, distribution("debian", undefined, "trixie"))).toContain("&distro=debian-trixie");
    expect(packageUrl(curl, distribution("debian"))).toMatch(/&distro=debian$/);
  });

  test("has the vendor of its kind where the image does not say, and none of rpm", () => {
    expect(url("deb", "Curl", "1")).toBe("pkg:deb/debian/curl@1");
    expect(url("apk", "curl", "1")).toBe("pkg:apk/alpine/curl@1");
    expect(url("rpm", "curl", "1")).toBe("pkg:rpm/curl@1");
  });

  test("has its epoch apart when it is an rpm", () => {
    const rpm = { type: "rpm", name: "ModemManager", version: "1:1.20.2-1.fc39", architecture: "x86_64" } as const;
    expect(packageUrl(rpm, distribution("fedora", "39"))).toBe(
      "pkg:rpm/fedora/ModemManager@1.20.2-1.fc39?arch=x86_64&distro=fedora-39&epoch=1",
    );
  });
});

test.each<[PackageType, string | undefined, string, string, string]>([
  ["npm", "@angular", "animation", "12.3.1", "pkg:npm/%40angular/animation@12.3.1"],
  ["npm", undefined, "JSONStream", "1.3.5", "pkg:npm/jsonstream@1.3.5"],
  ["pypi", undefined, "Django_Rest.Framework", "3.14", "pkg:pypi/django-rest-framework@3.14"],
  [
    "golang",
    "github.com/Masterminds",
    "semver",
    "v3.2.1+incompatible",
    "pkg:golang/github.com/masterminds/semver@v3.2.1%2Bincompatible",
  ],
  ["golang", undefined, "stdlib", "1.22.1", "pkg:golang/stdlib@1.22.1"],
  ["maven", "org.apache.xmlgraphics", "batik-anim", "1.9.1", "pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1"],
  ["composer", "Laravel", "Framework", "v10.0.0", "pkg:composer/laravel/framework@v10.0.0"],
  ["nuget", undefined, "Newtonsoft.Json", "13.0.3", "pkg:nuget/Newtonsoft.Json@13.0.3"],
  ["cargo", undefined, "rand", "0.7.2", "pkg:cargo/rand@0.7.2"],
  ["gem", undefined, "RedCloth", "4.3.2", "pkg:gem/RedCloth@4.3.2"],
])("of %s: %s / %s %s", (type, namespace, name, version, expected) => {
  expect(packageUrl({ type, namespace, name, version }, distribution("debian", "12"))).toBe(expected);
});

test("a gem has the platform that it was built for, if that is not Ruby's own", () => {
  expect(url("gem", "nokogiri", "1.16.0", { architecture: "x86_64-linux" })).toBe(
    "pkg:gem/nokogiri@1.16.0?platform=x86_64-linux",
  );
  expect(url("gem", "rake", "13.1.0", { architecture: "ruby" })).toBe("pkg:gem/rake@13.1.0");
});

test("one of conda has its build, channel, platform and form", () => {
  const qualifiers = { type: "tar.bz2", build: "py36h06a4308_0", channel: "main" };
  expect(url("conda", "absl-py", "0.4.1", { architecture: "linux-64", qualifiers })).toBe(
    "pkg:conda/absl-py@0.4.1?build=py36h06a4308_0&channel=main&subdir=linux-64&type=tar.bz2",
  );
});

test("an application without a version has none", () => {
  expect(url("npm", "app", "")).toBe("pkg:npm/app");
});

test("everything but letters, digits and four signs is encoded, as UTF-8, and the colon is not", () => {
  expect(url("cargo", "a/b@c?d#e%f g", "é:~_-.\ud800")).toBe(
    "pkg:cargo/a%2Fb%40c%3Fd%23e%25f%20g@%C3%A9:~_-.%EF%BF%BD",
  );
});

test("any text makes a URL of its parts that gives them back", () => {
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(text, text, text, (namespace, name, version) => {
      const made = url("maven", name, version, { namespace });
      expect(made).toMatch(/^pkg:maven\/[\x21-\x7e]+$/);
      const [path = "", versionPart] = made.slice("pkg:maven/".length).split("@");
      const segments = path.split("/").map(decodeURIComponent);
      expect(segments).toEqual([...namespace.split("/").filter((segment) => segment !== ""), name]);
      expect(decodeURIComponent(versionPart ?? "")).toBe(version);
    }),
  );
});
