/** The search for the credentials of a registry, where Docker and the containers tools keep them. */
import { throwIfAborted } from "../../../model/errors.ts";
import { thisSystem } from "../../engine/system.ts";
import { type CredentialDocument, readCredentialDocument } from "./credential-document.ts";
import { credentialsOfEntry } from "./credential-entry.ts";
import { askHelper, helperProgram } from "./credential-helper.ts";
import { type CredentialPlace, credentialPlaces } from "./credential-places.ts";
import { CredentialProblem } from "./credential-problem.ts";
import type { Credentials, FoundCredentials } from "./credentials.ts";
import { helperKeys, type KeyQuery, matchingKeys } from "./registry-key.ts";

export interface CredentialSearch {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The first that is kept for the registry, or for the part of it with the repository in it. Never fails because of what
 * it finds: the registry may well answer without credentials, and only if it does not are the problems of interest.
 * @param registry with its port, as image references have it: `docker.io`, `localhost:5000`
 * @throws LayerscopeError `aborted`
 */
export async function findCredentials(
  registry: string,
  repository: string | undefined,
  search: CredentialSearch,
): Promise<FoundCredentials> {
  const problems: string[] = [];
  const attempt = noteProblems(problems);
  for (const place of credentialPlaces(thisSystem(search.env))) {
    throwIfAborted(search.signal);
    const document = await attempt(() => readCredentialDocument(place));
    if (document === undefined) continue;
    const query = { registry, repository, legacy: place.legacy };
    const found =
      (await fromHelper(document, place, query, search, attempt)) ?? (await fromEntry(document, place, query, attempt));
    if (found !== undefined) return { ...found, problems };
  }
  return { credentials: undefined, origin: undefined, problems };
}

/** Notes a problem, with what it is about in front, instead of throwing it. */
type Attempt = <T>(action: () => T | Promise<T>, subject?: string) => Promise<T | undefined>;

function noteProblems(problems: string[]): Attempt {
  return async (action, subject) => {
    try {
      return await action();
    } catch (thrown) {
      if (!(thrown instanceof CredentialProblem)) throw thrown;
      problems.push(subject === undefined ? thrown.message : `${subject} ${thrown.message}`);
      return undefined;
    }
  };
}

interface Found {
  readonly credentials: Credentials;
  readonly origin: string;
}

// A helper comes before what stands in the same document, as with Docker; but unlike there, an entry helps where it fails.
async function fromHelper(
  document: CredentialDocument,
  place: CredentialPlace,
  { registry }: KeyQuery,
  search: CredentialSearch,
  attempt: Attempt,
): Promise<Found | undefined> {
  const [key] = matchingKeys(document.helpers.keys(), { registry });
  const name = key === undefined ? document.store : document.helpers.get(key);
  if (name === undefined || name === null || name === "") return undefined;
  const program = await attempt(() => helperProgram(name), place.title);
  if (program === undefined) return undefined;
  const credentials = await attempt(
    () => askHelper(program, helperKeys(registry), search),
    `${place.title} names ${program}, which`,
  );
  return credentials && { credentials, origin: `${program}, by ${place.title}` };
}

async function fromEntry(
  document: CredentialDocument,
  place: CredentialPlace,
  query: KeyQuery,
  attempt: Attempt,
): Promise<Found | undefined> {
  for (const key of matchingKeys(document.entries.keys(), query)) {
    const entry = document.entries.get(key);
    // Not the key itself: people have written addresses with passwords there.
    const subject = `${place.title}: the entry for ${query.registry}`;
    const credentials = await attempt(() => credentialsOfEntry(entry), subject);
    if (credentials !== undefined) return { credentials, origin: place.title };
  }
  return undefined;
}
