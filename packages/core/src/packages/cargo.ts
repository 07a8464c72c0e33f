/** What `cargo auditable` writes into a program: the crates it was built from, as compressed JSON. */
import { inflateSync } from "node:zlib";
import type { ElfFile } from "./elf-sections.ts";
import type { DeclaredPackage, PackageFacts } from "./package.ts";

const SECTION = ".dep-v0";
/** Four hundred crates take 4 KiB. */
const MOST_COMPRESSED = 4 * 1024 * 1024;
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_CRATES = 20_000;
const MOST_REQUIRED = 1000;

/** The crates of a program that was built to be audited; undefined of any other. */
export function readCargoPackages(elf: ElfFile): PackageFacts | undefined {
  const compressed = elf.contentOf(SECTION, MOST_COMPRESSED);
  if (!compressed) return undefined;
  const crates = cratesIn(compressed);
  if (!crates) return { problem: "the list of crates in this program cannot be read" };
  const packages: DeclaredPackage[] = [];
  let hasRoot = false;
  for (const crate of crates.slice(0, MOST_CRATES)) {
    const { name, version, kind, root, dependencies } = crate;
    if (typeof name !== "string" || typeof version !== "string" || name === "") continue;
    const isRoot: boolean = root === true && !hasRoot;
    hasRoot ||= isRoot;
    packages.push({
      type: "cargo",
      name,
      version,
      requires: namesOf(dependencies, crates),
      isDevelopment: kind === "build" || undefined,
      isApplication: isRoot || undefined,
      claims: isRoot ? [{ kind: "itself" }] : [],
    });
  }
  const problem = crates.length > MOST_CRATES ? `this program names more than ${MOST_CRATES} crates` : undefined;
  return { packages, problem };
}

type Crate = Readonly<Record<string, unknown>>;

function cratesIn(compressed: Uint8Array): readonly Crate[] | undefined {
  try {
    const json: unknown = JSON.parse(inflateSync(compressed, { maxOutputLength: MOST_BYTES }).toString("utf8"));
    const list = isRecord(json) ? json.packages : undefined;
    return Array.isArray(list) ? list.map((each: unknown) => (isRecord(each) ? each : {})) : undefined;
  } catch {
    // Damaged, too large, or no JSON.
    return undefined;
  }
}

function namesOf(dependencies: unknown, crates: readonly Crate[]): string[] | undefined {
  if (!Array.isArray(dependencies)) return undefined;
  const names = dependencies
    .slice(0, MOST_REQUIRED)
    .map((index: unknown) => (typeof index === "number" ? crates[index]?.name : undefined));
  return names.filter((name) => typeof name === "string");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
