/** What the Go linker writes into a program: the version of Go, the main module and the modules it needs. */
import { declaredText } from "./declaration-text.ts";
import type { ElfFile } from "./elf-sections.ts";
import type { DeclaredPackage, PackageFacts } from "./package.ts";

const SECTION = ".go.buildinfo";
const MAGIC = "\xff Go buildinf:";
const HEADER_BYTES = 32;
const FLAG = { bigEndian: 1, inline: 2 } as const;

/** The largest programs have some thousand modules, of a hundred bytes each. */
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_MODULES = 20_000;

/** Around the list of modules, so that it can be found in memory. */
const SENTINEL_BYTES = 16;

/** The packages of a Go program; undefined of any other. */
export function readGoPackages(elf: ElfFile): PackageFacts | undefined {
  const found = elf.contentOf(SECTION, MOST_BYTES + 1024);
  if (!found || found.length < HEADER_BYTES || latin1(found.subarray(0, MAGIC.length)) !== MAGIC) return undefined;
  // Further reads may use the memory again.
  const info = Uint8Array.from(found);
  const [version, modules] = ((info[15] as number) & FLAG.inline) !== 0 ? inlineTexts(info) : textsByAddress(elf, info);
  if (version === undefined) return { problem: "the build information of this Go program is damaged" };
  return readModules(version, withoutSentinels(modules ?? new Uint8Array(0)));
}

type Texts = readonly [version: string | undefined, modules: Uint8Array | undefined];

/** Since Go 1.18: the two texts follow, each after its length. */
function inlineTexts(info: Uint8Array): Texts {
  const version = inlineText(info, HEADER_BYTES);
  if (!version) return [undefined, undefined];
  return [latin1(version.text), inlineText(info, version.end)?.text];
}

function inlineText(info: Uint8Array, start: number): { readonly text: Uint8Array; readonly end: number } | undefined {
  let length = 0;
  let at = start;
  for (let scale = 1; ; scale *= 128) {
    const byte = info[at++];
    // Four of them are enough for all that is allowed.
    if (byte === undefined || scale > 2 ** 21) return undefined;
    length += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
  }
  const end = at + length;
  return end <= info.length ? { text: info.subarray(at, end), end } : undefined;
}

/** Before Go 1.18: addresses of two strings, each of them an address and a length. */
function textsByAddress(elf: ElfFile, info: Uint8Array): Texts {
  const wordBytes = info[14];
  if (wordBytes !== 4 && wordBytes !== 8) return [undefined, undefined];
  const isBigEndian = ((info[15] as number) & FLAG.bigEndian) !== 0;
  const word = (bytes: Uint8Array, index: number): number => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return wordBytes === 8
      ? Number(view.getBigUint64(index * 8, !isBigEndian))
      : view.getUint32(index * 4, !isBigEndian);
  };
  const text = (address: number): Uint8Array | undefined => {
    const string = elf.atAddress(address, 2 * wordBytes);
    if (!string) return undefined;
    const [start, length] = [word(string, 0), word(string, 1)];
    const content = length <= MOST_BYTES ? elf.atAddress(start, length) : undefined;
    return content && Uint8Array.from(content);
  };
  const addresses = info.subarray(16);
  const version = text(word(addresses, 0));
  return [version && latin1(version), text(word(addresses, 1))];
}

function withoutSentinels(modules: Uint8Array): string {
  const end = modules.length - SENTINEL_BYTES;
  const isFramed = end > SENTINEL_BYTES && modules[end - 1] === 0x0a;
  return isFramed ? Buffer.from(modules.subarray(SENTINEL_BYTES, end)).toString("utf8") : "";
}

interface Module {
  path: string;
  version: string;
}

function readModules(goVersion: string, text: string): PackageFacts {
  let main: Module | undefined;
  let program: string | undefined;
  const needed: Module[] = [];
  let last: Module | undefined;
  let problem: string | undefined;
  for (const line of text.split("\n")) {
    const [kind, path, version = ""] = line.split("\t", 3);
    if (!path) continue;
    if (kind === "path") program = path;
    else if (kind === "mod") last = main = { path, version };
    else if (kind === "=>") replace(last, path, version);
    else if (kind === "dep") {
      if (needed.length === MOST_MODULES) {
        problem = `this Go program names more than ${MOST_MODULES} modules`;
        break;
      }
      last = { path, version };
      needed.push(last);
    }
  }
  // Without modules (GOPATH, or files named on the command line) only the package of the program is known.
  const application = declared(main ?? { path: program ?? "", version: "" });
  const library = declared({ path: "stdlib", version: libraryVersion(goVersion) });
  const packages: DeclaredPackage[] = [];
  if (application) packages.push({ ...application, isApplication: true, claims: [{ kind: "itself" }] });
  for (const each of [library, ...needed.map(declared)]) if (each && each.version !== "") packages.push(each);
  return { packages, problem };
}

/** What stands in for a module is what is in the program; but a directory is no name, so the module keeps its own. */
function replace(module: Module | undefined, path: string, version: string): void {
  if (!module || path.startsWith(".") || path.startsWith("/")) return;
  module.path = path;
  module.version = version;
}

/** Undefined when it has no name that can be one. */
function declared(module: Module): DeclaredPackage | undefined {
  const path = declaredText(module.path) ?? "";
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  if (name === "") return undefined;
  const namespace = slash > 0 ? path.slice(0, slash) : undefined;
  return { type: "golang", namespace, name, version: declaredText(module.version) ?? "", claims: [] };
}

/** `go1.22.3 X:experiment` is 1.22.3; a version under development stays as it is. */
function libraryVersion(goVersion: string): string {
  return goVersion.startsWith("go") ? (goVersion.slice(2).split(" ", 1)[0] as string) : goVersion;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
