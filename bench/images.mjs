/**
 * The benchmark images: made once, kept in a cache folder, reused as long as this folder's generators say the same.
 *
 *     node bench/images.mjs [--cache DIR] [name…]
 */

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createGzip } from "node:zlib";
import { Overlay } from "./overlay.mjs";
import { cut, many, realMix, sixteenLayers, small } from "./recipes.mjs";
import { TarWriter } from "./tar-writer.mjs";

/** @typedef {import('./recipes.mjs').Layer} Layer */
/** @typedef {'docker' | 'docker-old' | 'oci-gzip' | 'oci-zstd'} Layout */
/** @typedef {ReturnType<Overlay['totals']>} Totals */
/** @typedef {{ path: string, bytes: number, totals: Totals }} Image */

/** @type {Record<string, { layout: Layout, layers: () => Layer[] }>} */
const IMAGES = {
  "real-mix": { layout: "docker", layers: realMix },
  "whiteouts-16": { layout: "docker-old", layers: () => sixteenLayers(true) },
  "whiteouts-16-none": { layout: "docker-old", layers: () => sixteenLayers(false) },
  "entries-20000": { layout: "docker", layers: () => many(20_000) },
  "entries-200000": { layout: "docker", layers: () => many(200_000) },
  "nodes-200000": { layout: "docker", layers: () => many(214_000) },
  "files-95000": { layout: "docker", layers: () => many(106_000, 10) },
  "entries-2000000": { layout: "docker", layers: () => many(2_000_000) },
  "oci-gzip": { layout: "oci-gzip", layers: cut },
  "oci-zstd": { layout: "oci-zstd", layers: cut },
  "small-1mb": { layout: "docker", layers: small },
};

export const IMAGE_NAMES = Object.keys(IMAGES);
export const DEFAULT_CACHE = join(tmpdir(), "layerscope-bench");

/** Changes with the generators, and with it every stamp. */
function generation() {
  const hash = createHash("sha256");
  for (const file of ["random.mjs", "recipes.mjs", "tar-writer.mjs", "overlay.mjs", "images.mjs"]) {
    hash.update(readFileSync(new URL(file, import.meta.url)));
  }
  return hash.digest("hex").slice(0, 16);
}

/**
 * @param {string} name
 * @param {string} cache
 * @returns {Image | undefined} undefined when it has to be made
 */
export function cached(name, cache) {
  const path = join(cache, `${name}.tar`);
  const stampPath = join(cache, `${name}.json`);
  if (!existsSync(path) || !existsSync(stampPath)) return undefined;
  const stamp = JSON.parse(readFileSync(stampPath, "utf8"));
  if (stamp.generation !== generation() || stamp.bytes !== statSync(path).size) return undefined;
  return { path, bytes: stamp.bytes, totals: stamp.totals };
}

/**
 * The image of this name, made in a process of its own when it is not there.
 * @param {string} name
 * @param {string} cache
 * @returns {Image}
 */
export function needImage(name, cache) {
  const present = cached(name, cache);
  if (present) return present;
  console.error(`making ${name} …`);
  const made = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "--cache", cache, name], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const image = made.status === 0 ? cached(name, cache) : undefined;
  if (image === undefined) throw new Error(`could not make the image ${name}`);
  return image;
}

/**
 * @param {string} name
 * @param {string} cache
 * @returns {Promise<Image>}
 */
export async function make(name, cache) {
  const recipe = IMAGES[name];
  if (recipe === undefined) throw new Error(`no image ${name}; there are ${IMAGE_NAMES.join(", ")}`);
  const present = cached(name, cache);
  if (present) return present;
  mkdirSync(cache, { recursive: true });
  const path = join(cache, `${name}.tar`);
  const partial = `${path}.partial`;
  const overlay = new Overlay();
  const layers = recipe.layers();
  const tar = new TarWriter(partial);
  if (recipe.layout === "oci-gzip" || recipe.layout === "oci-zstd") {
    await writeOci(tar, name, layers, overlay, recipe.layout, join(cache, `${name}.layers`));
  } else {
    writeDocker(tar, name, layers, overlay, recipe.layout);
  }
  tar.finish();
  renameSync(partial, path);
  const totals = overlay.totals();
  const bytes = statSync(path).size;
  writeFileSync(join(cache, `${name}.json`), JSON.stringify({ generation: generation(), bytes, totals }, undefined, 2));
  return { path, bytes, totals };
}

/** @param {string | Buffer} bytes */
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** @param {Layer[]} layers @param {string[]} diffIds */
function configOf(layers, diffIds) {
  const created = "2024-01-01T00:00:00Z";
  const history = layers.map(({ command }) => ({ created, created_by: command, comment: "buildkit.dockerfile.v0" }));
  return JSON.stringify({
    architecture: "amd64",
    os: "linux",
    created,
    config: { Env: ["PATH=/usr/local/bin:/usr/bin:/bin"], Cmd: ["node", "/app/dist/main.js"], WorkingDir: "/app" },
    history: [
      ...history,
      { created, created_by: 'CMD ["node" "/app/dist/main.js"]', comment: "buildkit.dockerfile.v0", empty_layer: true },
    ],
    rootfs: { type: "layers", diff_ids: diffIds.map((digest) => `sha256:${digest}`) },
  });
}

/** @param {TarWriter} tar @param {string} config @param {{ mediaType: string, digest: string, size: number }[]} layers @param {string} tag */
function writeOciDocuments(tar, config, layers, tag) {
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: {
      mediaType: "application/vnd.oci.image.config.v1+json",
      digest: `sha256:${sha256(config)}`,
      size: config.length,
    },
    layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest: `sha256:${digest}`, size })),
  });
  const index = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [
      {
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        digest: `sha256:${sha256(manifest)}`,
        size: manifest.length,
        annotations: { "org.opencontainers.image.ref.name": tag },
      },
    ],
  };
  tar.addDocument(`blobs/sha256/${sha256(config)}`, config);
  tar.addDocument(`blobs/sha256/${sha256(manifest)}`, manifest);
  tar.addDocument("index.json", JSON.stringify(index));
  tar.addDocument("oci-layout", JSON.stringify({ imageLayoutVersion: "1.0.0" }));
}

/** @param {TarWriter} tar @param {string} name @param {Layer[]} layers @param {Overlay} overlay @param {Layout} layout */
function writeDocker(tar, name, layers, overlay, layout) {
  const old = layout === "docker-old";
  if (!old) {
    tar.addDirectory("blobs");
    tar.addDirectory("blobs/sha256");
  }
  /** @type {{ digest: string, size: number }[]} */
  const written = [];
  /** @type {string[]} */
  const paths = [];
  layers.forEach(({ members }, k) => {
    const id = sha256(`${name} ${k}`);
    if (old) {
      tar.addDirectory(id);
      tar.addDocument(`${id}/VERSION`, "1.0");
      tar.addDocument(`${id}/json`, JSON.stringify({ id, created: "2024-01-01T00:00:00Z", os: "linux" }));
    }
    const layer = tar.addTar(overlay.layer(members()), (digest) =>
      old ? `${id}/layer.tar` : `blobs/sha256/${digest}`,
    );
    written.push(layer);
    paths.push(old ? `${id}/layer.tar` : `blobs/sha256/${layer.digest}`);
  });
  const config = configOf(
    layers,
    written.map(({ digest }) => digest),
  );
  if (old) tar.addDocument(`${sha256(config)}.json`, config);
  else {
    const mediaType = "application/vnd.oci.image.layer.v1.tar";
    writeOciDocuments(
      tar,
      config,
      written.map((layer) => ({ mediaType, ...layer })),
      "latest",
    );
  }
  const configPath = old ? `${sha256(config)}.json` : `blobs/sha256/${sha256(config)}`;
  tar.addDocument(
    "manifest.json",
    JSON.stringify([{ Config: configPath, RepoTags: [`bench/${name}:latest`], Layers: paths }]),
  );
}

/** @param {string} from @param {string} to @param {Layout} layout */
async function compress(from, to, layout) {
  if (layout === "oci-gzip") {
    await pipeline(createReadStream(from), createGzip({ level: 6 }), createWriteStream(to));
    return;
  }
  // From standard input the program does not know the length, so the frames do not tell it: as builders write them.
  const child = spawn("sh", ["-c", 'exec zstd -q -3 -c <"$1" >"$2"', "sh", from, to], { stdio: "inherit" });
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`zstd ended with ${code}`);
}

/** @param {string} path */
async function digestOf(path) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest("hex");
}

/** @param {TarWriter} tar @param {string} name @param {Layer[]} layers @param {Overlay} overlay @param {Layout} layout @param {string} work */
async function writeOci(tar, name, layers, overlay, layout, work) {
  mkdirSync(work, { recursive: true });
  const written = layers.map(({ members }, k) => {
    const path = join(work, `${k}.tar`);
    const writer = new TarWriter(path);
    const { digest } = writer.writeTar(overlay.layer(members()));
    writer.close();
    return { path, digest };
  });
  const mediaType = `application/vnd.oci.image.layer.v1.tar+${layout === "oci-gzip" ? "gzip" : "zstd"}`;
  const blobs = await Promise.all(
    written.map(async ({ path }) => {
      const blob = `${path}.blob`;
      await compress(path, blob, layout);
      rmSync(path);
      return { mediaType, path: blob, digest: await digestOf(blob), size: statSync(blob).size };
    }),
  );
  tar.addDirectory("blobs");
  tar.addDirectory("blobs/sha256");
  for (const { path, digest, size } of blobs) tar.addFile(`blobs/sha256/${digest}`, path, size);
  const config = configOf(
    layers,
    written.map(({ digest }) => digest),
  );
  writeOciDocuments(tar, config, blobs, name);
  rmSync(work, { recursive: true });
}

async function main() {
  const names = process.argv.slice(2);
  const option = names.indexOf("--cache");
  const cache = option < 0 ? DEFAULT_CACHE : names.splice(option, 2)[1];
  for (const name of names.length > 0 ? names : IMAGE_NAMES) {
    const start = performance.now();
    const { path, bytes, totals } = await make(name, cache);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${name}: ${path}, ${bytes} bytes, ${seconds} s`);
    console.log(`  ${JSON.stringify(totals)}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
