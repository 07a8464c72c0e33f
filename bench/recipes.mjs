/** What is in the benchmark images: for every image its layers, for every layer its members. */

import { logNormal, mix, pick, prng, WORDS, word } from "./random.mjs";

/** @typedef {import('./tar-writer.mjs').Member} Member */
/** @typedef {{ command: string, members: () => Iterable<Member> }} Layer */

const MTIME = 1_700_000_000;
const APP_UID = 1000;
const LARGEST = 52_000_000;

/** @param {Partial<Member> & { path: string }} fields @returns {Member} */
function make(fields) {
  return {
    type: "file",
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: MTIME,
    size: 0,
    content: 0,
    revision: 0,
    link: "",
    ...fields,
  };
}

/** @param {string} path @returns {Member} */
const directory = (path) => make({ path, type: "dir", mode: 0o755 });

/** @param {string} path */
function whiteout(path) {
  const slash = path.lastIndexOf("/");
  return make({ path: `${path.slice(0, slash + 1)}.wh.${path.slice(slash + 1)}`, mode: 0 });
}

/** @param {string} path */
const opaque = (path) => make({ path: `${path}/.wh..wh..opq`, mode: 0o755 });

/** A layer's members in the order of a directory walk. @param {Member[]} members */
function sorted(members) {
  return members.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** All directories above the members that `members` does not have itself. @param {Member[]} members */
function withParents(members) {
  const have = new Set(members.map((member) => member.path));
  /** @type {Member[]} */
  const parents = [];
  for (const { path } of members) {
    for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
      const parent = path.slice(0, slash);
      if (have.has(parent)) break;
      have.add(parent);
      parents.push(directory(parent));
    }
  }
  return [...members, ...parents];
}

/** Makes trees that look like installed packages. */
class Maker {
  #content = 1;
  #serial = 0;

  /** @param {number} seed */
  constructor(seed) {
    this.random = prng(seed);
  }

  /** @param {string} path @param {number} size @param {Partial<Member>} [more] */
  file(path, size, more) {
    return make({ path, size, content: this.#content++, ...more });
  }

  /**
   * @param {string} root
   * @param {{ files: number, bytes: number, extensions: string[], median?: number, symlinks?: number, links?: number, big?: number[] }} shape
   *   `bytes` is reached with library-sized files; `big` are sizes of single large ones; `symlinks` and `links`
   *   (hard links) are shares of the files
   * @returns {Member[]}
   */
  tree(root, shape) {
    const random = this.random;
    /** @type {Member[]} */
    const members = [directory(root)];
    /** @type {string[]} */
    const packages = [];
    let bytes = 0;
    for (let left = shape.files; left > 0; ) {
      const files = Math.min(left, 1 + Math.floor(-Math.log(1 - random()) * 18));
      const top = `${root}/${this.#name()}`;
      packages.push(top);
      const folders = [top];
      members.push(directory(top));
      for (let i = 0; i < files; i++) {
        if (random() < 0.13) {
          const parent = pick(random, folders);
          if (parent.length < 160) {
            const folder = `${parent}/${this.#name()}`;
            folders.push(folder);
            members.push(directory(folder));
          }
        }
        const size = Math.floor(Math.min(4_000_000, logNormal(random, shape.median ?? 2048, 1.75)));
        bytes += size;
        const file = this.file(`${pick(random, folders)}/${this.#name()}${pick(random, shape.extensions)}`, size);
        members.push(file);
        const kind = random();
        if (kind < (shape.symlinks ?? 0)) {
          const link = `${file.path}.1`;
          members.push(
            make({ path: link, type: "symlink", mode: 0o777, link: file.path.slice(file.path.lastIndexOf("/") + 1) }),
          );
        } else if (kind < (shape.symlinks ?? 0) + (shape.links ?? 0)) {
          members.push(make({ path: `${file.path}.2`, type: "hardlink", link: file.path }));
        }
      }
      left -= files;
    }
    const big = [...(shape.big ?? [])];
    while (bytes < shape.bytes) {
      const drawn = big.pop() ?? Math.min(LARGEST, logNormal(random, 1_200_000, 1.2));
      const size = Math.floor(Math.min(drawn, shape.bytes - bytes));
      bytes += size;
      members.push(
        this.file(`${pick(random, packages)}/lib${this.#name()}.so.${Math.floor(random() * 9)}`, size, { mode: 0o755 }),
      );
    }
    return members;
  }

  #name() {
    const name = word(this.random);
    return this.random() < 0.3 ? `${name}-${word(this.random)}${this.#serial++}` : `${name}${this.#serial++}`;
  }
}

/** @param {Member[]} members */
const filesOf = (members) => members.filter((member) => member.type === "file" && member.size >= 64);

/**
 * Files, one after the other from a shuffled list, until `bytes` are reached; the list loses them.
 * @param {Member[]} shuffled
 * @param {number} bytes
 */
function take(shuffled, bytes) {
  /** @type {Member[]} */
  const taken = [];
  for (let sum = 0; sum < bytes && shuffled.length > 0; ) {
    const file = /** @type {Member} */ (shuffled.pop());
    taken.push(file);
    sum += file.size;
  }
  return taken;
}

/** @param {Member[]} members @param {() => number} random */
function shuffle(members, random) {
  const list = [...members];
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

/** @param {Member[]} members */
const chown = (members) => members.map((member) => ({ ...member, uid: APP_UID, gid: APP_UID }));

/** @param {string} command @param {Member[]} members @returns {Layer} */
function layer(command, members) {
  const list = sorted(withParents(members));
  return { command, members: () => list };
}

const LIBRARY = [".so", ".a", ".h", ".py", ".pyc", "", ".conf", ".mo", ".gz"];
const SCRIPT = [".js", ".js", ".cjs", ".d.ts", ".map", ".json", ".md"];
const PYTHON = [".py", ".py", ".pyc", ".pyi", ".txt", ".so"];

/**
 * A web service on Debian with Node and Python, built the way many are: 75,000 entries, 1.7 GB, and every
 * way to waste space, half a gigabyte of it.
 * @returns {Layer[]}
 */
export function realMix() {
  const maker = new Maker(1);
  const { random } = maker;
  const megabyte = 1_000_000;

  const base = [
    ...maker.tree("usr/share", { files: 3600, bytes: 45 * megabyte, extensions: LIBRARY, symlinks: 0.06, links: 0.01 }),
    ...maker.tree("usr/lib/x86_64-linux-gnu", {
      files: 1900,
      bytes: 62 * megabyte,
      extensions: LIBRARY,
      symlinks: 0.2,
    }),
    ...maker.tree("etc", {
      files: 700,
      bytes: 3 * megabyte,
      extensions: ["", ".conf", ".d"],
      median: 700,
      symlinks: 0.1,
    }),
    ...maker.tree("usr/bin", {
      files: 500,
      bytes: 20 * megabyte,
      extensions: [""],
      median: 12_000,
      symlinks: 0.3,
      links: 0.05,
    }),
    maker.file("var/lib/dpkg/status", 90_000),
    maker.file("usr/bin/ping", 90_568, {
      mode: 0o755,
      pax: { "SCHILY.xattr.security.capability": Buffer.from("0100000200200000000000000000000000000000", "hex") },
    }),
  ];
  const lists = maker.tree("var/lib/apt/lists", {
    files: 40,
    bytes: 32 * megabyte,
    extensions: ["_Packages"],
    median: 40_000,
  });
  const archives = maker.tree("var/cache/apt/archives", {
    files: 180,
    bytes: 38 * megabyte,
    extensions: [".deb"],
    median: 60_000,
  });
  const toolchain = [
    ...maker.tree("usr/lib/gcc", {
      files: 2300,
      bytes: 170 * megabyte,
      extensions: LIBRARY,
      big: [50 * megabyte, 31 * megabyte],
    }),
    ...maker.tree("usr/include", { files: 3700, bytes: 30 * megabyte, extensions: [".h", ".hpp", ""] }),
    ...maker.tree("usr/share/doc", {
      files: 2700,
      bytes: 15 * megabyte,
      extensions: [".gz", ""],
      median: 900,
      symlinks: 0.1,
    }),
  ];
  const python = maker.tree("usr/local/lib/python3.12/site-packages", {
    files: 4800,
    bytes: 330 * megabyte,
    extensions: PYTHON,
    big: [52 * megabyte, 50 * megabyte, 24 * megabyte],
  });
  const node = [
    ...maker.tree("usr/local/lib/node", { files: 4000, bytes: 105 * megabyte, extensions: SCRIPT, symlinks: 0.01 }),
    maker.file("usr/local/bin/node", 99 * megabyte, { mode: 0o755 }),
    make({ path: "usr/local/bin/nodejs", type: "symlink", mode: 0o777, link: "node" }),
  ];
  const modules = maker.tree("app/node_modules", {
    files: 11_000,
    bytes: 185 * megabyte,
    extensions: SCRIPT,
    symlinks: 0.005,
    links: 0.002,
    big: [50 * megabyte],
  });
  modules.push(
    maker.file(`app/node_modules/${"long-".repeat(25)}name.js`, 3000),
    maker.file("app/node_modules/übergröße/日本語.js", 3000),
    make({ path: "app/node_modules/.bin", type: "symlink", mode: 0o777, link: `../${"deep/".repeat(24)}bin` }),
  );
  const cache = maker.tree("root/.npm/_cacache", { files: 1200, bytes: 36 * megabyte, extensions: [""], median: 3000 });
  const build = maker.tree("app/dist", { files: 1000, bytes: 45 * megabyte, extensions: SCRIPT });
  const source = maker.tree("app/src", {
    files: 1500,
    bytes: 15 * megabyte,
    extensions: [".ts", ".tsx", ".css", ".png"],
  });
  const owned = chown([directory("app"), ...modules, ...build, ...source]);

  const upgradable = shuffle(
    filesOf([...python, ...toolchain]).filter((file) => file.size < 2 * megabyte),
    random,
  );
  const rewritten = take(upgradable, 30 * megabyte).map((file) => ({
    ...file,
    size: file.size + 1 + Math.floor(random() * 400),
    revision: 1,
  }));
  const patched = take(upgradable, 25 * megabyte).map((file) => ({ ...file, revision: 1 }));
  const copied = take(upgradable, 30 * megabyte);
  const touched = take(upgradable, 10 * megabyte).map((file, i) =>
    i % 3 === 0 ? { ...file, mode: 0o755 } : { ...file, mtime: MTIME + 86_400 },
  );

  /** @type {(from: Member[], root: string) => Member[]} */
  const removal = (from, root) => [
    directory(root),
    ...from
      .filter((m) => m.path.startsWith(`${root}/`) && !m.path.includes("/", root.length + 1))
      .map((m) => whiteout(m.path)),
  ];

  return [
    layer("/bin/sh -c #(nop) ADD file:rootfs in / ", base),
    layer("RUN /bin/sh -c apt-get update && apt-get install -y build-essential python3 # buildkit", [
      ...toolchain,
      ...python,
      ...lists,
      ...archives,
      maker.file("var/lib/dpkg/status", 310_000),
    ]),
    layer("COPY /usr/local /usr/local # buildkit", node),
    layer("WORKDIR /app", [directory("app")]),
    layer("COPY package.json package-lock.json ./ # buildkit", [
      maker.file("app/package.json", 2400),
      maker.file("app/package-lock.json", 812_345),
    ]),
    layer("RUN /bin/sh -c npm ci # buildkit", [...modules, ...cache]),
    layer("COPY . . # buildkit", [...build, ...source]),
    layer("RUN /bin/sh -c chown -R 1000:1000 /app # buildkit", owned),
    layer("RUN /bin/sh -c rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/* /root/.npm # buildkit", [
      ...removal(lists, "var/lib/apt/lists"),
      ...removal(archives, "var/cache/apt/archives"),
      whiteout("root/.npm"),
    ]),
    layer("RUN /bin/sh -c pip install --upgrade -r requirements.txt && npm run build # buildkit", [
      ...chown(maker.tree("app/dist", { files: 1100, bytes: 45 * megabyte, extensions: SCRIPT })),
      opaque("app/dist"),
      ...rewritten,
      ...patched,
      ...copied,
      ...touched,
    ]),
    layer("COPY entrypoint.sh /entrypoint.sh # buildkit", [maker.file("entrypoint.sh", 900, { mode: 0o755 })]),
  ];
}

/**
 * A cut of the above for compressed layers: 20,000 entries, 450 MB, five layers of comparable size.
 * @returns {Layer[]}
 */
export function cut() {
  const maker = new Maker(2);
  const megabyte = 1_000_000;
  const part = (/** @type {string} */ root, /** @type {string[]} */ extensions, /** @type {number} */ bytes) =>
    maker.tree(root, { files: 3350, bytes: bytes * megabyte, extensions, symlinks: 0.03, big: [14 * megabyte] });
  const base = part("usr/lib", LIBRARY, 92);
  const python = part("usr/local/lib/python3.12", PYTHON, 84);
  const modules = part("app/node_modules", SCRIPT, 88);
  const node = part("usr/local/lib/node", SCRIPT, 80);
  const copied = take(shuffle(filesOf(python), maker.random), 5 * megabyte).map((file) => ({ ...file, revision: 1 }));
  const removed = filesOf(base)
    .slice(0, 300)
    .map((file) => whiteout(file.path));
  return [
    layer("/bin/sh -c #(nop) ADD file:rootfs in / ", base),
    layer("RUN /bin/sh -c pip install -r requirements.txt # buildkit", python),
    layer("RUN /bin/sh -c npm ci # buildkit", modules),
    layer("RUN /bin/sh -c chown -R 1000:1000 /app # buildkit", chown(modules)),
    layer("COPY /usr/local /usr/local # buildkit", [...node, ...copied, ...removed]),
  ];
}

/**
 * 200,000 members in 16 layers. With `markers`, 5,000 of them are whiteouts; without, the same members are
 * empty files under harmless names, so the two archives differ in nothing else.
 * @param {boolean} markers
 * @returns {Layer[]}
 */
export function sixteenLayers(markers) {
  const random = prng(3);
  const layers = 16;
  const perLayer = 200_000 / layers;
  const perLayerMarkers = Math.ceil(5000 / (layers - 1));
  let markersLeft = 5000;
  let content = 1;
  /** Directories of earlier layers and the files in them that are still there. @type {Map<string, string[]>} */
  const folders = new Map();
  /** @type {Layer[]} */
  const result = [];
  for (let k = 0; k < layers; k++) {
    /** @type {Member[]} */
    const members = [];
    const wanted = k === 0 ? 0 : Math.min(perLayerMarkers, markersLeft);
    markersLeft -= wanted;
    const old = [...folders.keys()];
    /** @type {Set<string>} */
    const touched = new Set();
    for (let i = 0; i < wanted; ) {
      const folder = pick(random, old);
      const files = /** @type {string[]} */ (folders.get(folder));
      // One removal in fifty takes the directory with all that is left in it.
      const whole = i % 50 === 0;
      if (files.length === 0 || (whole && touched.has(folder))) continue;
      touched.add(folder);
      const victim = whole ? folder : `${folder}/${files.pop()}`;
      if (whole) folders.set(folder, []);
      const marker = whiteout(victim);
      members.push(markers ? marker : { ...marker, path: marker.path.replace("/.wh.", "/wh.") });
      i++;
    }
    for (let f = 0; members.length < perLayer; f++) {
      const folder = `srv/${word(random)}/${word(random)}/layer${k}-${f}`;
      /** @type {string[]} */
      const files = [];
      members.push(directory(folder));
      for (let i = 0; i < 24 && members.length < perLayer; i++) {
        const name = `${word(random)}-${i}.js`;
        files.push(name);
        members.push(make({ path: `${folder}/${name}`, size: 1 + (content % 500), content: content++ }));
      }
      folders.set(folder, files);
    }
    const list = sorted(members);
    result.push({ command: `RUN /bin/sh -c step-${k} # buildkit`, members: () => list });
  }
  return result;
}

/**
 * Any number of small files in a few layers; made as it is written, for two million must not need memory.
 * One member in eight of the upper layers rewrites a file of the first layer.
 * @param {number} entries
 * @param {number} layers
 * @returns {Layer[]}
 */
export function many(entries, layers = 8) {
  const perFolder = 25;
  const inFirst = entries / 2;
  const upper = Math.floor(entries / 2 / (layers - 1));
  const name = (/** @type {number} */ n) => WORDS[n % WORDS.length];
  const folderPath = (/** @type {number} */ k, /** @type {number} */ f) =>
    `opt/app/node_modules/${name(mix(Math.floor(f / 64), k))}-${k}.${Math.floor(f / 64)}/${name(mix(f, 11 + k))}${f % 64}`;
  const filePath = (/** @type {number} */ k, /** @type {number} */ f, /** @type {number} */ i) =>
    `${folderPath(k, f)}/${name(mix(f, i))}-${i}.js`;
  const size = (/** @type {number} */ f, /** @type {number} */ i) => (i % 5 === 0 ? 100 + (mix(f, i) % 400) : 0);

  /** @param {number} k @param {number} count @returns {Generator<Member>} */
  function* added(k, count) {
    let left = count;
    for (let f = 0; left > 0; f++) {
      yield directory(folderPath(k, f));
      left--;
      for (let i = 1; i < perFolder && left > 0; i++, left--) {
        yield make({ path: filePath(k, f, i), size: size(f, i), content: mix(f, i + 100 * k) });
      }
    }
  }

  /** Layer k rewrites its own stretch of the first layer, so that no file is rewritten twice. @param {number} k @param {number} count @returns {Generator<Member>} */
  function* rewritten(k, count) {
    const folders = Math.floor(inFirst / perFolder);
    const from = Math.floor((folders / layers) * (k - 1));
    let left = count;
    for (let f = from; left > 0; f++) {
      for (let i = 5; i < perFolder && left > 0; i += 5, left--) {
        const longer = i % 2;
        yield make({ path: filePath(0, f, i), size: size(f, i) + longer, content: mix(f, i), revision: 1 });
      }
    }
  }

  /** @type {Layer[]} */
  const result = [{ command: "ADD file:rootfs in /", members: () => added(0, inFirst) }];
  for (let k = 1; k < layers; k++) {
    const count = k === layers - 1 ? entries - inFirst - upper * (layers - 2) : upper;
    const again = Math.floor(count / 8);
    result.push({
      command: `RUN /bin/sh -c npm install step-${k} # buildkit`,
      *members() {
        yield* rewritten(k, again);
        yield* added(k, count - again);
      },
    });
  }
  return result;
}

/** An image of one megabyte, as small services and test images are. @returns {Layer[]} */
export function small() {
  const maker = new Maker(4);
  const base = maker.tree("usr/lib", { files: 60, bytes: 520_000, extensions: LIBRARY });
  const app = maker.tree("app", { files: 40, bytes: 260_000, extensions: SCRIPT });
  return [
    layer("/bin/sh -c #(nop) ADD file:rootfs in / ", base),
    layer("COPY app /app # buildkit", app),
    layer(
      "RUN /bin/sh -c apk upgrade # buildkit",
      filesOf(base)
        .slice(0, 5)
        .map((file) => ({ ...file, revision: 1 })),
    ),
    layer(
      "RUN /bin/sh -c rm # buildkit",
      filesOf(base)
        .slice(5, 10)
        .map((file) => whiteout(file.path)),
    ),
    layer("COPY entrypoint.sh /entrypoint.sh # buildkit", [maker.file("entrypoint.sh", 300, { mode: 0o755 })]),
  ];
}
