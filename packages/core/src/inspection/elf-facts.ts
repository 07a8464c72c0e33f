/** All that is to be learnt from a program or a shared library; the file is read once for all of it. */
import type { FileBytes, InspectedFile } from "../layer/file-inspector.ts";
import { readCargoPackages } from "../packages/cargo.ts";
import { type ElfFile, readElf } from "../packages/elf-sections.ts";
import { readGoPackages } from "../packages/go.ts";
import type { PackageFacts } from "../packages/package.ts";
import type { ElfFacts } from "./file-facts.ts";

/** What smaller ones would lose by stripping is not worth a word, and what Go and Rust build is larger. */
const SMALLEST = 64 * 1024;
const LARGEST = 512 * 1024 * 1024;
const ANY_MAY_EXECUTE = 0o111;

/**
 * Beginnings of the names of sections that only debuggers read, as GNU binutils knows them. (`.debug_gdb_scripts` of Rust
 * programs is in memory, so it stays.)
 */
const DEBUG_SECTION = /^\.(?:z?debug|stab|line|gdb_index$|gnu\.debuglto_\.debug_|gnu\.linkonce\.wi\.)/;
const SYMBOL_SECTION = /^\.(?:strtab|symtab_shndx)$/;

/** What an ELF file says; only what there is. */
export interface ElfFindings {
  readonly packages?: PackageFacts | undefined;
  readonly elf?: ElfFacts | undefined;
}

/** Whether a file may be a program or a shared library of interest, by its size, mode and name. */
export function mayBeElf(file: InspectedFile): boolean {
  if (file.size < SMALLEST || file.size > LARGEST) return false;
  return (file.mode & ANY_MAY_EXECUTE) !== 0 || file.name.includes(".so");
}

/** Packages (Go's build information, Cargo's list of crates) and debug information; undefined when there is none of it. */
export function readElfFile(bytes: FileBytes): ElfFindings | undefined {
  const file = readElf(bytes);
  if (!file?.isRunnable) return undefined;
  const packages = readGoPackages(file) ?? readCargoPackages(file);
  const strippableBytes = Math.min(strippable(file), bytes.size);
  const elf = strippableBytes > 0 ? { strippableBytes } : undefined;
  return packages || elf ? { packages, elf } : undefined;
}

function strippable({ sections, nameSection }: ElfFile): number {
  let sum = 0;
  for (const [index, section] of sections.entries()) {
    // Some linkers keep the names of symbols and of sections together: then they stay.
    if (section.isAllocated || index === nameSection) continue;
    const { name, isSymbolTable } = section;
    if (isSymbolTable || SYMBOL_SECTION.test(name) || DEBUG_SECTION.test(name)) sum += section.size;
  }
  return sum;
}
