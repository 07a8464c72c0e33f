import type { Distribution, PackageFacts } from "../packages/package.ts";
import type { SecretMatch } from "../secrets/secret.ts";

/** What was found out about one file by looking into it; only what there is. */
export interface FileFacts {
  readonly packages?: PackageFacts | undefined;
  readonly secrets?: readonly SecretMatch[] | undefined;
  readonly elf?: ElfFacts | undefined;
  readonly distribution?: Distribution | undefined;
  /** Of /etc/passwd and /etc/group: the numbers that have a name. */
  readonly ids?: ReadonlySet<number> | undefined;
}

/** Of an ELF file. */
export interface ElfFacts {
  /** Bytes of the sections that only debuggers need (`.debug_*`, `.symtab`, `.strtab`, …): what `strip` takes away at most. */
  readonly strippableBytes: number;
}
