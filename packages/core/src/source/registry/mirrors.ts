/** Who is asked for a repository, in which order: the mirrors that the user names, then the registry. */
import { LayerscopeError } from "../../model/errors.ts";
import { DOCKER_HUB, formatImageReference, type ImageReference } from "../image-reference.ts";
import { Endpoint, type EndpointOptions } from "./endpoint.ts";

type Shared = Pick<EndpointOptions, "client" | "credentials" | "insecure">;

export interface Endpoints {
  /** To be asked first, in their order. */
  readonly mirrors: readonly Endpoint[];
  readonly registry: Endpoint;
}

/** What Docker Hub calls itself in names is not where its registry is. */
const HOSTS: Readonly<Record<string, string>> = { [DOCKER_HUB]: "registry-1.docker.io" };

/**
 * @param mirrors by registry: `HOST[:PORT][/PATH]`, with `https://` or `http://` before it where that matters; a path stands
 *   before the repository
 * @throws LayerscopeError `invalid-option` for a mirror that is none
 */
export function endpointsFor(
  reference: ImageReference,
  mirrors: Readonly<Record<string, readonly string[]>> | undefined,
  shared: Shared,
): Endpoints {
  const { registry, repository } = reference;
  const title = `${registry}/${repository}`;
  const named = mirrors && Object.hasOwn(mirrors, registry) ? (mirrors[registry] ?? []) : [];
  const asked = named.map((mirror) => {
    const { name, scheme, path } = parseMirror(mirror, reference);
    const options = { name, address: { host: name, scheme }, repository: `${path}${repository}`, title };
    return new Endpoint({ ...shared, ...options });
  });
  const address = { host: HOSTS[registry] ?? registry };
  return { mirrors: asked, registry: new Endpoint({ ...shared, name: registry, address, repository, title }) };
}

function parseMirror(
  mirror: string,
  reference: ImageReference,
): { name: string; scheme: "http" | "https" | undefined; path: string } {
  const scheme = /^(https?):\/\//.exec(mirror)?.[1] as "http" | "https" | undefined;
  const url = URL.canParse(scheme ? mirror : `https://${mirror}`)
    ? new URL(scheme ? mirror : `https://${mirror}`)
    : undefined;
  if (!url || url.username || url.password || url.search || url.hash || url.host === "") {
    throw new LayerscopeError("invalid-option", `the mirror of ${reference.registry} is not a host`, {
      where: { source: formatImageReference(reference) },
      hint: "Write HOST or HOST:PORT, with a path after it if the mirror needs one. Credentials are those of docker login HOST.",
    });
  }
  const path = url.pathname.replace(/^\/(v2(\/|$))?/, "").replace(/\/*$/, "/");
  return { name: url.host, scheme, path: path === "/" ? "" : path };
}

/**
 * Decides whether a failure of a mirror is passed over. One that merely does not have something is asked again for other
 * things, one that fails is not.
 * @throws what was thrown, when it is no reason to ask somebody else
 */
export function passOver(mirror: Endpoint, thrown: unknown): void {
  if (!(thrown instanceof LayerscopeError) || thrown.code === "aborted") throw thrown;
  const merelyHasItNot = thrown.code === "no-such-image" || thrown.code === "missing-blob";
  if (!merelyHasItNot) mirror.failed = true;
}
