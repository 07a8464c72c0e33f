/** An image in which every kind of finding is, and what looking into it has shown, written by hand. */
import { file, hardlink, type Member, whiteout } from "../../../../fixtures/build/tar.ts";
import type { Advice, Rule } from "../../src/advice/rule.ts";
import type { Inspection } from "../../src/inspection/inspection.ts";
import type { Analysis } from "../../src/metrics/analyse.ts";
import type { InstalledPackage } from "../../src/packages/package.ts";
import { nodeAt } from "../tree/scan-layers.ts";

const same = Buffer.alloc(5000, "x");

/** `\xff` is a name that is no text. */
export const LAYERS: readonly Member[][] = [
  [
    file("var/lib/dpkg/status", "status"),
    file("usr/bin/tool", "12345"),
    file("app/package.json", "{}"),
    file("app/node_modules/@scope/a/package.json", "{}"),
    file("app/node_modules/b/package.json", "{}"),
    file("one", same),
    file("root/.ssh/id_rsa", "secret"),
    file("app/node_modules/@scope/a/node_modules/b/package.json", "{}"),
  ],
  [file("two", same), hardlink("also-two", "two"), file(Buffer.from([0x64, 0xff]), same), whiteout("root/.ssh/id_rsa")],
];

const RULE: Rule = {
  id: "some-rule",
  title: "Something is there",
  category: "leavings",
  reason: "It matters.",
  fix: "Take it away.",
  example: { bad: "RUN a", good: "RUN b" },
  counts: "All of it.",
  find: () => [],
};

const EMPTY: InstalledPackage = {
  index: 0,
  type: "deb",
  name: "",
  version: "",
  purl: "",
  location: 0,
  installedIn: 0,
  removedIn: undefined,
  bytes: 0,
  files: 0,
  bytesByLayer: new Map(),
};

export interface Full {
  readonly inspection: Inspection;
  readonly advice: Advice;
}

/** @param analysis of {@link LAYERS} */
export function fullInspection(analysis: Analysis): Full {
  const { tree } = analysis.image;
  const node = (path: string): number => nodeAt(analysis, path);
  const inode = (at: number): number => tree.inodeOf(tree.revisionEntry(tree.newestRevision(at)));
  const odd = tree.paths.find(Buffer.from([0x64, 0xff])) ?? 0;
  const packages: InstalledPackage[] = [
    {
      ...EMPTY,
      name: "tool",
      version: "1:2.3-4+b1",
      architecture: "amd64",
      license: "GPL-2+ and MIT",
      source: { name: "tools", version: "1:2.3-4" },
      purl: "pkg:deb/debian/tool@1%3A2.3-4%2Bb1?arch=amd64",
      location: node("var/lib/dpkg/status"),
      bytes: 5,
      files: 1,
      bytesByLayer: new Map([[0, 5]]),
      requires: ["libc6", "tool"],
    },
    {
      ...EMPTY,
      index: 1,
      type: "npm",
      namespace: "@scope",
      name: "a",
      version: "1.0.0",
      license: "MIT OR Apache-2.0",
      purl: "pkg:npm/%40scope/a@1.0.0",
      location: node("app/node_modules/@scope/a/package.json"),
      bytes: 2,
      files: 1,
      bytesByLayer: new Map([[0, 2]]),
      partOf: 0,
      requires: ["b"],
      requiredBy: ["app", "b"],
      isDevelopment: true,
    },
    {
      ...EMPTY,
      index: 2,
      type: "npm",
      name: "app",
      version: "",
      purl: "pkg:npm/app",
      location: node("app/package.json"),
      isApplication: true,
      requires: ["@scope/a"],
    },
    {
      ...EMPTY,
      index: 3,
      type: "npm",
      name: "b",
      version: "2.0.0",
      license: "MIT",
      purl: "pkg:npm/b@2.0.0",
      location: node("app/node_modules/b/package.json"),
      removedIn: 1,
    },
  ];
  const inspection: Inspection = {
    facts: new Map(),
    unread: [1],
    packages: {
      packages,
      ownerOf: () => undefined,
      unowned: [
        { node: node("two"), isDirectory: false, bytes: 5000, files: 1 },
        { node: node("app"), isDirectory: true, bytes: 2, files: 1 },
      ],
      unownedBytes: 5002,
      versions: [{ type: "npm", namespace: "@scope", name: "a", packages: [1, 1] }],
      distribution: { id: "debian", idLike: [], versionId: "12", codename: undefined, prettyName: "Debian \u001b[31m" },
      problems: ["/x is no \u202e database"],
    },
    secrets: [
      {
        kind: "private-key",
        title: "private key",
        masked: "----…",
        fingerprint: "0123456789abcdef",
        line: 3,
        place: {
          kind: "file",
          node: node("root/.ssh/id_rsa"),
          layer: 0,
          hiddenBy: 1,
        },
      },
      {
        kind: "token",
        title: "token",
        masked: "ab…",
        fingerprint: "0123456789abcdef",
        place: { kind: "environment", name: "TOKEN" },
      },
      {
        kind: "token",
        title: "token",
        masked: "ab…",
        fingerprint: "0123456789abcdef",
        place: { kind: "history", step: 1, layer: undefined },
      },
    ],
    allowedSecrets: [],
    permissions: {
      privileged: [
        {
          node: node("usr/bin/tool"),
          layer: 0,
          setuid: true,
          setgid: false,
          capabilities: ["cap_net_raw"],
          capabilitiesEffective: true,
          package: 0,
        },
      ],
      unknownOwners: [{ node: odd, layer: 1, uid: 4711, gid: undefined }],
      worldWritable: [{ node: node("two"), layer: 1 }],
      writableSystemFiles: [],
    },
    duplicates: [{ bytes: 5000, inodes: [inode(node("one")), inode(node("two")), inode(odd)] }],
  };
  const advice: Advice = {
    rules: [RULE],
    findings: [
      {
        rule: RULE,
        level: "warn",
        scope: "own",
        what: "It is in /one",
        fix: "Do it here.",
        snippet: "RUN c",
        bytes: 5000,
        estimate: { bytes: 100, how: "by looking" },
        layers: [0, 1],
        steps: [0],
        parts: [{ node: node("two"), isDirectory: false, value: 5000 }],
        inodes: [inode(node("two"))],
      },
      {
        rule: RULE,
        level: "error",
        scope: "base",
        what: "It is nowhere",
        fix: "Nothing.",
        snippet: undefined,
        bytes: 0,
        estimate: undefined,
        layers: [],
        steps: [],
        parts: [{ node: node("app"), isDirectory: true, value: 0 }],
        inodes: [],
      },
    ],
    unreadLayers: [],
    savedBytes: { own: 5000, base: 0 },
  };
  return { inspection, advice };
}
