/** The images that `ctr images ls` lists, and which of them a name means. */
import { LayerscopeError } from "../../model/errors.ts";
import { escapeText } from "../../model/path-text.ts";
import { hostPlatform, type Platform, parsePlatform, platformMatches } from "../../model/platform.ts";
import { formatImageReference, type ImageReference, parseImageReference } from "../image-reference.ts";

export interface ListedImage {
  /** The whole name. */
  readonly name: string;
  /** Of its manifest or index. */
  readonly digest: string;
  /** About the bytes of what containerd has of it. */
  readonly bytes: number | undefined;
  /** `os/arch[/variant]` of what is in its index, also when containerd does not have it. */
  readonly platforms: readonly string[];
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** A table with the columns name, media type, digest, size and its unit, platforms with commas, labels. */
export function parseImageList(text: string): readonly ListedImage[] {
  return text.split("\n").flatMap((line) => {
    const [name = "", , digest = "", size, unit = "", platforms = ""] = line.split(/\s+/);
    if (!/^[a-z0-9]+:[0-9a-f]{32,}$/.test(digest)) return [];
    const bytes = Number(size) * 1024 ** UNITS.indexOf(unit);
    const known = platforms.split(",").filter((platform) => parsePlatform(platform) && platform !== "unknown/unknown");
    return [{ name, digest, bytes: UNITS.includes(unit) && bytes > 0 ? bytes : undefined, platforms: known }];
  });
}

/**
 * The image of a name as people write it: whole or as Docker has it, by digest, or the beginning of a digest.
 * @throws LayerscopeError `ambiguous-image`
 */
export function findListed(images: readonly ListedImage[], name: string): ListedImage | undefined {
  const reference = parseName(name);
  const whole = reference && formatImageReference(reference);
  const named = images.find((image) => image.name === name) ?? images.find((image) => image.name === whole);
  if (named) return named;
  if (reference?.digest !== undefined) {
    return images.find(
      (image) => image.digest === reference.digest && isSameRepository(parseName(image.name), reference),
    );
  }
  return findByDigest(images, name);
}

function findByDigest(images: readonly ListedImage[], name: string): ListedImage | undefined {
  const [, digits] = /^(?:sha256:)?([0-9a-f]{4,64})$/.exec(name) ?? [];
  if (digits === undefined) return undefined;
  const found = images.filter(({ digest }) => digest.startsWith(`sha256:${digits}`));
  const digests = [...new Set(found.map(({ digest }) => digest))];
  if (digests.length > 1) {
    throw new LayerscopeError("ambiguous-image", `${digits} is the beginning of several digests`, { choices: digests });
  }
  return found[0];
}

function parseName(name: string): ImageReference | undefined {
  try {
    return parseImageReference(name);
  } catch {
    // containerd takes names of any form.
    return undefined;
  }
}

function isSameRepository(one: ImageReference | undefined, other: ImageReference): boolean {
  return one?.registry === other.registry && one.repository === other.repository;
}

/**
 * The platform to ask for; undefined when containerd finds it by itself, which is when it has the one of this machine.
 * @throws LayerscopeError `no-such-platform`, `invalid-option`
 */
export function choosePlatform({ name, platforms }: ListedImage, wanted: string | undefined): string | undefined {
  const has = (platform: Platform): boolean =>
    platforms.map(parsePlatform).some((offered) => offered && platformMatches(offered, platform));
  if (wanted === undefined) return platforms.length === 1 && !has(hostPlatform()) ? platforms[0] : undefined;
  const platform = parsePlatform(wanted);
  if (!platform)
    throw new LayerscopeError("invalid-option", `${escapeText(wanted)} is not a platform (os/arch[/variant])`);
  if (platforms.length > 0 && !has(platform)) {
    throw new LayerscopeError("no-such-platform", `${escapeText(name)} has no ${escapeText(wanted)}`, {
      hint: `It has ${platforms.map(escapeText).join(", ")}.`,
      choices: platforms,
    });
  }
  return wanted;
}
