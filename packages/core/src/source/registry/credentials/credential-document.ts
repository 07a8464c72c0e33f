/** The documents that hold credentials or name the helpers that do. */
import { LayerscopeError } from "../../../model/errors.ts";
import { isObject, readConfigFile } from "../../config-file.ts";
import type { CredentialPlace } from "./credential-places.ts";
import { CredentialProblem } from "./credential-problem.ts";

export interface CredentialDocument {
  /** What is kept for each registry or namespace, as it was written. */
  readonly entries: ReadonlyMap<string, unknown>;
  /** The helper for each registry; an empty name means none. */
  readonly helpers: ReadonlyMap<string, unknown>;
  /** The helper for all other registries. */
  readonly store: unknown;
}

/**
 * @returns undefined when there is no such document
 * @throws CredentialProblem that names the place; what stands in the document is not repeated
 */
export async function readCredentialDocument(place: CredentialPlace): Promise<CredentialDocument | undefined> {
  const text = place.text ?? (await readText(place));
  if (text === undefined || text.trim() === "") return undefined;
  const root = parseObject(text);
  if (root === undefined) throw new CredentialProblem(`${place.title} is not a JSON object`);
  if (place.legacy) return { entries: root, helpers: new Map(), store: undefined };
  return {
    entries: objectAt(root, "auths", place),
    helpers: objectAt(root, "credHelpers", place),
    store: root.get("credsStore"),
  };
}

async function readText({ title, named }: CredentialPlace): Promise<string | undefined> {
  try {
    const bytes = await readConfigFile(title);
    if (bytes === undefined && named) throw new CredentialProblem(`${title} does not exist`);
    return bytes?.toString("utf8");
  } catch (thrown) {
    if (thrown instanceof LayerscopeError) throw new CredentialProblem(thrown.message);
    throw thrown;
  }
}

function objectAt(
  root: ReadonlyMap<string, unknown>,
  name: string,
  place: CredentialPlace,
): ReadonlyMap<string, unknown> {
  const value = root.get(name);
  if (value === undefined || value === null) return new Map();
  const members = asObject(value);
  if (members === undefined) throw new CredentialProblem(`${place.title}: "${name}" is not a JSON object`);
  return members;
}

/** The members of a JSON object; undefined when the text is something else, or no JSON at all. */
export function parseObject(text: string): ReadonlyMap<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(text.replace(/^\ufeff/, "")));
  } catch {
    // The parser's own message quotes the text around the mistake, which may well be a password.
    return undefined;
  }
}

/** The members of a JSON object; undefined when the value is something else. */
export function asObject(value: unknown): ReadonlyMap<string, unknown> | undefined {
  return isObject(value) ? new Map(Object.entries(value)) : undefined;
}
