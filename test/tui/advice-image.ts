/** An image with something to say about it: waste, leavings, packages of two managers, a secret that a later layer removed. */
import { dockerSaveNew } from "../../fixtures/build/image.ts";
import { file, type Member, tar, whiteout } from "../../fixtures/build/tar.ts";

const bytes = (count: number, fill = "x"): Buffer => Buffer.alloc(count, fill);

/** A package as dpkg's database has it. */
const stanza = (name: string, version: string): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nInstalled-Size: 300\nVersion: ${version}\nDescription: a package\n\n`;

const list = (...paths: readonly string[]): string => `/.\n${paths.map((path) => `/${path}\n`).join("")}`;

const BASE: readonly Member[] = [
  file("etc/os-release", 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'),
  file("var/lib/dpkg/status", stanza("libc6", "2.36-9") + stanza("bash", "5.2.15-2")),
  file("var/lib/dpkg/info/libc6:amd64.list", list("usr", "usr/lib", "usr/lib/libc.so.6")),
  file("var/lib/dpkg/info/bash.list", list("usr", "usr/bin", "usr/bin/bash")),
  file("usr/lib/libc.so.6", bytes(190_000, "c")),
  file("usr/bin/bash", bytes(120_000, "b"), { mode: 0o755 }),
];

const INSTALL: readonly Member[] = [
  file("var/lib/dpkg/status", stanza("libc6", "2.36-9") + stanza("bash", "5.2.15-2") + stanza("curl", "7.88.1-10")),
  file("var/lib/dpkg/info/curl.list", list("usr", "usr/bin", "usr/bin/curl")),
  file("usr/bin/curl", bytes(60_000, "u"), { mode: 0o755 }),
  file("var/lib/apt/lists/mirror.example_debian_dists_bookworm_main_binary-amd64_Packages", bytes(400_000, "p")),
];

const manifest = (name: string, version: string, dependencies: Record<string, string> = {}): string =>
  JSON.stringify({ name, version, license: "MIT", dependencies });

// In parts, so that nobody takes it for one that somebody forgot here.
const TOKEN = ["npm", "Zq3vT8wLmX2rB7nK5sD9fG1hJ4yC6pA0eUiO"].join("_");

const APP: readonly Member[] = [
  file("srv/app/package.json", manifest("shop", "1.0.0", { express: "^4.0.0" })),
  file("srv/app/index.js", bytes(9000, "i")),
  file("srv/app/node_modules/express/package.json", manifest("express", "4.18.2", { qs: "^6.0.0" })),
  file("srv/app/node_modules/express/index.js", bytes(30_000, "e")),
  file("srv/app/node_modules/express/node_modules/qs/package.json", manifest("qs", "6.11.0")),
  file("srv/app/node_modules/express/node_modules/qs/index.js", bytes(12_000, "q")),
  file("srv/app/node_modules/qs/package.json", manifest("qs", "6.9.0")),
  file("srv/app/node_modules/qs/index.js", bytes(11_000, "r")),
  file("srv/app/.npmrc", `//registry.example/:_authToken=${TOKEN}\n`),
];

const LAYERS: readonly (readonly Member[])[] = [
  BASE,
  INSTALL,
  APP,
  [whiteout("srv/app/.npmrc"), whiteout("var/lib/apt/lists")],
];

const HISTORY = [
  "/bin/sh -c #(nop) ADD file:0123456789abcdef in / ",
  "RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends curl # buildkit",
  "COPY . /srv/app # buildkit",
  "RUN /bin/sh -c rm -rf /var/lib/apt/lists/* /srv/app/.npmrc # buildkit",
].map((created_by) => ({ created: "2024-05-01T12:00:00Z", created_by }));

/** As `docker save` writes it; the first layer is the base image's, where that is told. */
export const adviceImage = (): Buffer =>
  dockerSaveNew({ layers: LAYERS.map((members) => tar(members)), history: HISTORY });
