/** Options that say where images are looked for. */
import { LayerscopeError, type Pull } from "@layerscope/core";
import type { Command } from "commander";

export interface SourceOptions {
  readonly platform?: string;
  /** One of {@link PULL}, as {@link pullOption} finds out. */
  readonly pull?: string;
  readonly insecure?: boolean;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
}

export const PULL = ["never", "missing", "always"] as const satisfies readonly Pull[];

export function addSourceOptions(command: Command): Command {
  return command
    .option("--pull <never|missing|always>", "whether a bare name may be looked for in its registry")
    .option("--insecure", "registries without TLS, or with certificates that fail")
    .option("--verbose", "print on standard error where an image is looked for");
}

/** @throws LayerscopeError `invalid-option` */
export function pullOption({ pull }: SourceOptions): Pull | undefined {
  const known = PULL.find((one) => one === pull);
  if (known !== undefined || pull === undefined) return known;
  throw new LayerscopeError("invalid-option", `--pull ${pull} is none of ${PULL.join(", ")}`, {
    hint: "missing reads an image from its registry when no engine has it, always in any case.",
  });
}
