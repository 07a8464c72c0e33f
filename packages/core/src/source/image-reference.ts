/** Names of images in registries, as people write them, taken apart by the rules of the distribution specification. */
import { type Digest, isDigest } from "../model/digest.ts";
import { LayerscopeError } from "../model/errors.ts";
import { withoutCredentials } from "./without-credentials.ts";

export interface ImageReference {
  /** With its port, in lower case: `docker.io`, `localhost:5000`. */
  readonly registry: string;
  /** `library/nginx`. */
  readonly repository: string;
  /** `latest` when the name has neither tag nor digest. */
  readonly tag: string | undefined;
  readonly digest: Digest | undefined;
}

export const DOCKER_HUB = "docker.io";

/** Other names of Docker Hub's registry that people copy from somewhere. */
const DOCKER_HUB_ALIASES = new Set(["index.docker.io", "registry-1.docker.io"]);

/** The longest repository and tag that registries take, in characters. */
const LONGEST_REPOSITORY = 255;
const LONGEST_TAG = 128;

const DOMAIN_LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
const DOMAIN = new RegExp(`^(?:${DOMAIN_LABEL}(?:\\.${DOMAIN_LABEL})*|\\[[0-9a-f:.]+\\])(?::(\\d{1,5}))?$`, "i");
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/**
 * Takes a name apart: `[REGISTRY/]REPOSITORY[:TAG][@DIGEST]`. Without a registry it is Docker Hub's, and there without a
 * slash `library/` comes before.
 * @throws LayerscopeError `invalid-reference` that says which part is wrong
 */
export function parseImageReference(name: string): ImageReference {
  const [beforeDigest = "", ...digests] = name.split("@");
  const digest = digests.length > 0 ? digests.join("@") : undefined;
  if (beforeDigest === "") throw wrong(name, "it is empty");
  if (/^[a-z]+:\/\//i.test(name)) throw wrong(name, "it begins with a scheme", "Leave out what comes before the host.");
  if (digest !== undefined && !isDigest(digest)) {
    throw wrong(name, `"${shortened(digest)}" is not a digest`, "Write @sha256: and 64 digits of 0-9 and a-f.");
  }

  const colon = beforeDigest.indexOf(":", beforeDigest.lastIndexOf("/") + 1);
  const path = colon < 0 ? beforeDigest : beforeDigest.slice(0, colon);
  const tag = colon < 0 ? undefined : beforeDigest.slice(colon + 1);
  if (tag !== undefined) checkTag(name, tag);
  const { registry, repository } = splitRegistry(path);
  checkRegistry(name, registry);
  checkRepository(name, repository);
  if (digest === undefined && tag === undefined && /^[0-9a-f]{64}$/.test(beforeDigest)) {
    throw wrong(name, "64 hexadecimal digits are an image's ID, which registries do not know", "Write NAME@sha256:….");
  }
  return { registry, repository, tag: tag ?? (digest === undefined ? "latest" : undefined), digest };
}

/** The whole name: `docker.io/library/nginx:latest`. */
export function formatImageReference({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

export function isTag(text: string): boolean {
  return text.length <= LONGEST_TAG && TAG.test(text);
}

/** The first component is a registry only when it cannot be the first part of a repository at Docker Hub. */
function splitRegistry(path: string): { registry: string; repository: string } {
  const slash = path.indexOf("/");
  const first = path.slice(0, Math.max(slash, 0));
  const isRegistry = /[.:]/.test(first) || first.toLowerCase() === "localhost";
  const named = isRegistry ? first.toLowerCase() : DOCKER_HUB;
  const registry = DOCKER_HUB_ALIASES.has(named) ? DOCKER_HUB : named;
  const rest = isRegistry ? path.slice(slash + 1) : path;
  return { registry, repository: registry === DOCKER_HUB && !rest.includes("/") ? `library/${rest}` : rest };
}

function checkTag(name: string, tag: string): void {
  if (tag === "") throw wrong(name, "the tag after the colon is missing");
  if (tag.length > LONGEST_TAG) throw wrong(name, `the tag has more than ${LONGEST_TAG} characters`);
  if (!TAG.test(tag)) {
    throw wrong(
      name,
      `"${shortened(tag)}" is not a tag`,
      "A tag has letters, digits, _ . and -, and begins with none of . and -.",
    );
  }
}

function checkRegistry(name: string, registry: string): void {
  const match = DOMAIN.exec(registry);
  const port = match?.[1] === undefined ? undefined : Number(match[1]);
  if (!match || (port !== undefined && (port < 1 || port > 65_535)) || !URL.canParse(`https://${registry}/`)) {
    throw wrong(name, `"${shortened(registry)}" is not a host, or not a host with a port`);
  }
}

function checkRepository(name: string, repository: string): void {
  if (repository.length > LONGEST_REPOSITORY) {
    throw wrong(name, `the repository has more than ${LONGEST_REPOSITORY} characters`);
  }
  for (const component of repository.split("/")) {
    if (PATH_COMPONENT.test(component)) continue;
    if (component === "") throw wrong(name, "a part of it between slashes is empty");
    if (PATH_COMPONENT.test(component.toLowerCase())) {
      throw wrong(
        name,
        `"${component}" is not in lower case`,
        "Repositories are written in lower case; only tags may have capital letters.",
      );
    }
    throw wrong(
      name,
      `"${shortened(component)}" cannot be part of it`,
      "The parts of a name have lower-case letters and digits, with . _ or - between them.",
    );
  }
}

function wrong(name: string, problem: string, hint?: string): LayerscopeError {
  // A user and password before a host are no part of a name, but somebody may have copied them along.
  const shown = /@[^@]*\//.test(name) ? withoutCredentials(name) : name;
  return new LayerscopeError("invalid-reference", `"${shortened(shown)}" is not the name of an image: ${problem}`, {
    where: { source: shown },
    hint,
  });
}

function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
