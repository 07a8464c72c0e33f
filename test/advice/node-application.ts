/** A Node application with two Dockerfiles: one that does what should not be done, and one as it should be. */
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzip } from "../../fixtures/build/compress.ts";
import { file, type Member, tar } from "../../fixtures/build/tar.ts";
import { BASE62, pemKey, randomText } from "../../packages/core/test/secrets/made-up.ts";
import type { RunningEngine } from "../engines/engines.ts";
import { temporaryPath } from "../temporary-directory.ts";
import { BASE, dockerRun } from "./debian-base.ts";

export const NODE_BASE = "node-base";

/** Name and content; directories are made. */
type Files = Readonly<Record<string, string | Uint8Array>>;

/** Bytes that are the same each time for the same name. */
function noise(name: string, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at * 32 < length; at++) blocks.push(createHash("sha256").update(`${name} ${at}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

const manifest = (name: string, more: object = {}): string => JSON.stringify({ name, version: "1.0.0", ...more });

const nodePackage = (name: string, length: number): Files => ({
  "package.json": manifest(name),
  "index.js": noise(name, length),
});

export const PACKAGES = {
  "web-server": nodePackage("web-server", 150_000),
  template: nodePackage("template", 120_000),
  bundler: nodePackage("bundler", 400_000),
} satisfies Readonly<Record<string, Files>>;

export const LOCK = JSON.stringify({
  name: "shop",
  lockfileVersion: 3,
  packages: {
    "node_modules/web-server": { version: "1.0.0" },
    "node_modules/template": { version: "1.0.0" },
    "node_modules/bundler": { version: "1.0.0", dev: true },
  },
});

// Packages come from a directory instead of a server; they are kept and written down as npm does it.
const NPM = `#!/bin/sh
set -e
registry=/usr/local/lib/registry
cache=$HOME/.npm/_cacache
if [ "$1" = cache ]; then rm -rf "$cache"; exit; fi
packages="web-server template"
[ "$2" = --omit=dev ] || packages="$packages bundler"
mkdir -p node_modules "$cache/content-v2"
for name in $packages; do
  rm -rf node_modules/$name
  mkdir node_modules/$name
  tar -xzf $registry/$name.tgz -C node_modules/$name --strip-components=1
  cp $registry/$name.tgz "$cache/content-v2/$name"
done
cp package-lock.json node_modules/.package-lock.json
`;

const archiveOf = (files: Files, directory: string): Buffer =>
  gzip(
    tar(Object.entries(files).map(([name, content]): Member => file(`${directory}/${name}`, content, { mode: 0o644 }))),
  );

/** What npm fetches, and keeps. */
export const CACHED: Files = Object.fromEntries(
  Object.entries(PACKAGES).map(([name, files]) => [`registry/${name}.tgz`, archiveOf(files, "package")]),
);

const BASE_CONTEXT: Files = {
  Dockerfile: `FROM ${BASE}\nCOPY npm /usr/local/bin/\nCOPY registry /usr/local/lib/registry\n`,
  npm: NPM,
  ...CACHED,
};

/** Never was a key. */
export const KEY = pemKey("OPENSSH PRIVATE KEY");

/** What the container needs. */
export const APPLICATION: Files = {
  "package.json": manifest("shop", {
    dependencies: { "web-server": "1", template: "1" },
    devDependencies: { bundler: "1" },
  }),
  "package-lock.json": LOCK,
  "server.js": noise("server", 30_000),
};

/** What unpacking `vendor/assets.tar.gz` gives. */
export const ASSETS: Files = { "logo.bin": noise("logo", 60_000), "film.bin": noise("film", 240_000) };

export const ARCHIVE: Files = { "vendor/assets.tar.gz": archiveOf(ASSETS, ".") };

/** What should not get in. */
export const REPOSITORY: Files = {
  ".git/HEAD": "ref: refs/heads/main\n",
  ".git/objects/pack/pack-1.pack": noise("pack", 500_000),
};
/** Never was a secret. */
export const ENVIRONMENT: Files = { ".env": `PORT=3000\nSESSION_SECRET=${randomText(24, BASE62)}\n` };
const SETTINGS: Files = { ".gitignore": "node_modules\n" };
export const EDITOR: Files = { ".vscode/settings.json": "{}\n" };
export const DESKTOP: Files = { ".DS_Store": noise("folder", 6_148) };
export const COVERAGE: Files = { "coverage/lcov.info": noise("coverage", 70_000) };
export const LOG: Files = { "npm-debug.log": noise("log", 20_000) };
export const LOCAL_MODULES: Files = Object.fromEntries(
  Object.entries(PACKAGES).flatMap(([name, files]) =>
    Object.entries(files).map(([path, content]) => [`node_modules/${name}/${path}`, content]),
  ),
);

/** What describes the build of the bad one. */
export const BUILD_FILES = (): Files => ({ Dockerfile: BAD, ...SETTINGS });

const BAD = `FROM ${NODE_BASE}
RUN apt-get update
RUN apt-get install -y --no-install-recommends tini media-types
WORKDIR /app
COPY . .
RUN npm install
RUN mkdir public && tar -xzf vendor/assets.tar.gz -C public && rm vendor/assets.tar.gz
RUN mkdir -p /root/.ssh && cp deploy_key /root/.ssh/id_ed25519 && rm deploy_key
RUN rm -rf /root/.ssh
RUN chown -R www-data:www-data /app
EXPOSE 3000
CMD node server.js
`;

const GOOD = `FROM ${NODE_BASE}
RUN apt-get update && apt-get install -y --no-install-recommends tini media-types && apt-get clean && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --chown=www-data:www-data package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force && chown -R www-data:www-data node_modules
ADD --chown=www-data:www-data vendor/assets.tar.gz public/
COPY --chown=www-data:www-data server.js ./
USER www-data
EXPOSE 3000
HEALTHCHECK CMD ["node", "health.js"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "server.js"]
`;

/** Another one, which goes on where the bad one ends. */
const CHANGED = `FROM bad
RUN apt-get install -y --no-install-recommends make
RUN apt-get purge -y media-types
`;

/** One layer on top of the base. */
const PLAIN = `FROM ${BASE}
COPY server.js /srv/
USER www-data
CMD ["/srv/server.js"]
`;

const UNWANTED = [
  REPOSITORY,
  SETTINGS,
  ENVIRONMENT,
  EDITOR,
  DESKTOP,
  COVERAGE,
  LOG,
  LOCAL_MODULES,
  { deploy_key: KEY },
];

const CONTEXTS = {
  [NODE_BASE]: BASE_CONTEXT,
  plain: { Dockerfile: PLAIN, "server.js": "#!/bin/sh\n" },
  bad: Object.assign({ Dockerfile: BAD }, APPLICATION, ARCHIVE, ...UNWANTED),
  good: Object.assign({ Dockerfile: GOOD }, APPLICATION, ARCHIVE, ...UNWANTED),
  changed: { Dockerfile: CHANGED },
} as const satisfies Readonly<Record<string, Files>>;

/** Builds all of them with Docker's own builder. */
export async function buildImages(docker: RunningEngine): Promise<void> {
  const build = async (name: keyof typeof CONTEXTS): Promise<void> => {
    const context = temporaryPath(name);
    write(context, CONTEXTS[name]);
    await dockerRun(docker, "build", "--network=host", "--quiet", `--tag=${name}`, context);
  };
  await Promise.all([build(NODE_BASE), build("plain")]);
  await Promise.all([build("bad").then(() => build("changed")), build("good")]);
}

/** Sizes of files, together. */
export function sizeOf(...files: readonly Files[]): number {
  const contents = files.flatMap((some) => Object.values(some));
  return contents.reduce((sum, content) => sum + Buffer.byteLength(content), 0);
}

function write(directory: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    // As git checks it out, whatever the mask here.
    chmodSync(path, name === "npm" ? 0o755 : 0o644);
  }
}
