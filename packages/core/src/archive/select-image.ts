/** Which of the images in an archive is meant. */
import { LayerscopeError } from "../model/errors.ts";
import type { ImageDocument } from "../model/image.ts";
import { familiarName } from "../model/image-name.ts";
import { formatPlatform, hostPlatform, type Platform, platformMatches, requirePlatform } from "../model/platform.ts";
import type { ImageList, ListedImage } from "./image-list.ts";

export interface Selection {
  /** A number counting from 1, or a name, tag, ID or digest. */
  readonly image?: string | undefined;
  /** `os/arch[/variant]`. */
  readonly platform?: string | undefined;
}

/**
 * Chooses: what was asked for; else the only image, whatever its platform; else, among the platforms of one image, the
 * host's. Among several images none.
 * @throws LayerscopeError `ambiguous-image`, `no-such-image`, `no-such-platform`, each with the choices; `invalid-option`
 */
export function selectImage(list: ImageList, selection: Selection): ImageDocument {
  const { images } = list;
  const image = selection.image === undefined ? onlyImage(images) : namedImage(images, selection.image);
  return selectPlatform(image, selection.platform);
}

/** One line for each image, as error messages and prompts list them. */
export function describeImages(images: readonly ListedImage[]): string[] {
  return images.map(({ names, platforms }, index) => {
    const name = names.length > 0 ? names.join(", ") : (platforms[0]?.id ?? "without a name");
    const known = platforms.flatMap(({ platform }) => (platform ? [formatPlatform(platform)] : []));
    return `${index + 1}: ${name}${known.length > 0 ? ` (${known.join(", ")})` : ""}`;
  });
}

function onlyImage(images: readonly ListedImage[]): ListedImage {
  const [first, second] = images;
  if (!first || second) {
    const choices = describeImages(images);
    throw new LayerscopeError("ambiguous-image", `there are ${images.length} images; say which one`, {
      choices,
      hint: "Choose with --image N or --image NAME.",
    });
  }
  return first;
}

function namedImage(images: readonly ListedImage[], wanted: string): ListedImage {
  if (/^\d{1,9}$/.test(wanted)) {
    const byNumber = images[Number(wanted) - 1];
    if (byNumber) return byNumber;
  }
  const exact = images.filter((image) => image.names.some((name) => sameReference(name, wanted)));
  const found = exact.length > 0 ? exact : images.filter((image) => hasId(image, wanted));
  const [first, second] = found;
  const choices = describeImages(images);
  if (!first) throw new LayerscopeError("no-such-image", `there is no image "${wanted}"`, { choices });
  if (second) {
    throw new LayerscopeError("ambiguous-image", `"${wanted}" fits ${found.length} images`, {
      choices: images.flatMap((image, index) => (found.includes(image) ? [choices[index] as string] : [])),
      hint: "Choose with the whole name or with the number.",
    });
  }
  return first;
}

function hasId({ platforms }: ListedImage, wanted: string): boolean {
  const hex = wanted.replace(/^sha256:/, "");
  if (!/^[0-9a-f]{6,64}$/.test(hex)) return false;
  return platforms.some(({ id, manifestDigest }) =>
    [id, manifestDigest].some((digest) => digest?.startsWith(`sha256:${hex}`)),
  );
}

/** Whether two references name the same: `nginx`, `nginx:latest` and `docker.io/library/nginx:latest` do, and a lone tag fits. */
function sameReference(name: string, wanted: string): boolean {
  if (name === wanted || familiarName(name) === familiarName(wanted)) return true;
  return !wanted.includes("/") && !wanted.includes(":") && name.endsWith(`:${wanted}`);
}

function selectPlatform({ platforms }: ListedImage, wanted: string | undefined): ImageDocument {
  const choices = platforms.map(({ platform }) => (platform ? formatPlatform(platform) : "unknown"));
  const [only, second] = platforms;
  if (wanted === undefined && only && !second) return only;
  const platform = wanted === undefined ? hostPlatform() : requirePlatform(wanted);
  const fitting = platforms.filter((image) => fits(image, platform));
  const [first] = fitting;
  if (!first) {
    throw new LayerscopeError("no-such-platform", `there is no image for ${formatPlatform(platform)}`, {
      choices,
      hint: "Choose with --platform os/arch[/variant].",
    });
  }
  return first;
}

function fits(image: ImageDocument, wanted: Platform): boolean {
  return image.platform !== undefined && platformMatches(image.platform, wanted);
}
