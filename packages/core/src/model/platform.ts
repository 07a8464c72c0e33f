import { LayerscopeError } from "./errors.ts";

/** The platform an image is made for, in the words of the OCI image index. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
  readonly osVersion?: string | undefined;
}

const NODE_TO_OCI_ARCHITECTURE: Record<string, string> = {
  x64: "amd64",
  ia32: "386",
  mipsel: "mipsle",
  ppc64: "ppc64le",
};

/** The platform images are run for on this machine. Containers are Linux, also where the host is not. */
export function hostPlatform(): Platform {
  return {
    os: process.platform === "win32" ? "windows" : "linux",
    architecture: NODE_TO_OCI_ARCHITECTURE[process.arch] ?? process.arch,
  };
}

/**
 * Parses `os/arch[/variant]`, the form of `docker --platform`.
 * @returns undefined when the text has another form.
 */
export function parsePlatform(text: string): Platform | undefined {
  const [os, architecture, variant, ...rest] = text.toLowerCase().split("/");
  if (!os || !architecture || rest.length > 0 || variant === "") return undefined;
  return variant === undefined ? { os, architecture } : { os, architecture, variant };
}

/** The platform that an option names. @throws LayerscopeError `invalid-option` */
export function requirePlatform(text: string): Platform {
  const platform = parsePlatform(text);
  if (platform) return platform;
  throw new LayerscopeError("invalid-option", `"${text}" is not a platform`, {
    hint: "Write os/arch or os/arch/variant, for example linux/arm64.",
  });
}

export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = platform;
  return variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
}

/** Whether `offered` is what `wanted` asks for: a variant that is not asked for is not compared, and arm64 is arm64/v8. */
export function platformMatches(offered: Platform, wanted: Platform): boolean {
  if (offered.os !== wanted.os || offered.architecture !== wanted.architecture) return false;
  return wanted.variant === undefined || variantOf(offered) === wanted.variant;
}

function variantOf({ architecture, variant }: Platform): string | undefined {
  return variant ?? (architecture === "arm64" ? "v8" : architecture === "arm" ? "v7" : undefined);
}
