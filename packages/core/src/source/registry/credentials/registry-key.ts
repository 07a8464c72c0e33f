/** Which keys in a document of credentials mean a registry. Several spellings have been written over the years. */

/** The key that Docker has for its Hub, a former address of it; the containers tools write `docker.io`. */
const HUB_KEY = "https://index.docker.io/v1/";
const HUB = "docker.io";
const HUB_HOSTS: ReadonlySet<string> = new Set([HUB, "index.docker.io", "registry-1.docker.io"]);

/** What a credential helper has to be asked for, in this order: the names under which it may keep a registry. */
export function helperKeys(registry: string): readonly string[] {
  return canonicalHost(registry) === HUB ? [HUB_KEY, HUB] : [registry];
}

export interface KeyQuery {
  /** With its port: `docker.io`, `localhost:5000`. */
  readonly registry: string;
  /** For keys that name a part of a registry, such as `hub.example/group`; without it no such key fits. */
  readonly repository?: string | undefined;
  /** Whether all that follows the host is the path of an API, never a part of the registry. */
  readonly legacy?: boolean | undefined;
}

/** The keys that mean the registry or a part of it with the repository in it; the most specific first. */
export function matchingKeys(keys: Iterable<string>, query: KeyQuery): readonly string[] {
  const host = canonicalHost(query.registry);
  const exact = helperKeys(query.registry);
  const matches: { readonly key: string; readonly depth: number; readonly spelling: number }[] = [];
  for (const key of keys) {
    const subject = subjectOf(key, query.legacy ?? false);
    if (subject.host !== host || !contains(subject.namespace, query.repository)) continue;
    const spelling = exact.indexOf(key);
    matches.push({ key, depth: subject.namespace.length, spelling: spelling < 0 ? exact.length : spelling });
  }
  return matches.sort((a, b) => b.depth - a.depth || a.spelling - b.spelling).map(({ key }) => key);
}

function subjectOf(key: string, legacy: boolean): { readonly host: string; readonly namespace: string } {
  const address = key.replace(/^https?:\/\//i, "");
  const slash = address.indexOf("/");
  if (slash < 0) return { host: canonicalHost(address), namespace: "" };
  const path = address.slice(slash + 1);
  const isApi = legacy || address !== key || path === "v1/" || path === "v2/";
  return { host: canonicalHost(address.slice(0, slash)), namespace: isApi ? "" : path.replace(/\/$/, "") };
}

function canonicalHost(host: string): string {
  const lower = host.toLowerCase();
  return HUB_HOSTS.has(lower) ? HUB : lower;
}

function contains(namespace: string, repository: string | undefined): boolean {
  return namespace === "" || repository === namespace || repository?.startsWith(`${namespace}/`) === true;
}
