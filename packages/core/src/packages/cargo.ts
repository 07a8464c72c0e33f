/** What `cargo auditable` writes into a program: the crates it was built from, as compressed JSON. */
import { inflateSync } from "node:zlib";
import { isObject, type JsonObject } from "../archive/json-document.ts";
import { declaredNames, declaredText } from "./declaration-text.ts";
import type { ElfFile } from "./elf-sections.ts";
import type { DeclaredPackage, PackageFacts } from "./package.ts";

const SECTION = ".dep-v0";
/** Four hundred crates take 4 KiB. */
const MOST_COMPRESSED = 4 * 1024 * 1024;
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_CRATES = 20_000;

/** The crates of a program that was built to be audited; undefined of any other. */
export function readCargoPackages(elf: ElfFile): PackageFacts | undefined {
  const compressed = elf.contentOf(SECTION, MOST_COMPRESSED);
  if (!compressed) return undefined;
  const crates = cratesIn(compressed);
  if (!crates) return { problem: "the list of crates in this program cannot be read" };
  const packages: DeclaredPackage[] = [];
  let hasRoot = false;
  for (const crate of crates.slice(0, MOST_CRATES)) {
    const { kind, root, dependencies } = crate;
    const name = declaredText(crate.name);
    const version = declaredText(crate.version);
    if (name === undefined || version === undefined) continue;
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

function cratesIn(compressed: Uint8Array): readonly JsonObject[] | undefined {
  try {
    const json: unknown = JSON.parse(inflateSync(compressed, { maxOutputLength: MOST_BYTES }).toString("utf8"));
    const list = isObject(json) ? json.packages : undefined;
    return Array.isArray(list) ? list.map((each: unknown) => (isObject(each) ? each : {})) : undefined;
  } catch {
    // Damaged, too large, or no JSON.
    return undefined;
  }
}

/** Dependencies are places in the list. */
function namesOf(dependencies: unknown, crates: readonly JsonObject[]): readonly string[] | undefined {
  if (!Array.isArray(dependencies)) return undefined;
  return declaredNames(dependencies.map((index: unknown) => (typeof index === "number" ? crates[index]?.name : null)));
}
