import type { PackageReader } from "./package-reader.ts";

/** All of them; a file may be wanted by several. */
export const PACKAGE_READERS: readonly PackageReader[] = [];
