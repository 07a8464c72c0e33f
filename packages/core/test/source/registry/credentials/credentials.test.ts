/** Credentials do not show what they hold. */
import { format, inspect } from "node:util";
import { serialize } from "node:v8";
import { describe, expect, test } from "vitest";
import {
  type Credentials,
  IdentityToken,
  Password,
  RegistryToken,
} from "../../../../src/source/registry/credentials/credentials.ts";
import { revealed } from "./credential-files.ts";

const SECRET = "hunter2secret";
const all: readonly Credentials[] = [
  new Password(SECRET, SECRET),
  new IdentityToken(SECRET),
  new RegistryToken(SECRET),
];

describe.each(all)("%s", (credentials) => {
  test("gives its secret to whoever asks for it", () => {
    expect(JSON.stringify(revealed(credentials))).toContain(SECRET);
  });

  test.each([
    ["as text", () => String(credentials)],
    ["in a template", () => `${credentials}`],
    ["in JSON", () => JSON.stringify({ credentials })],
    ["inspected", () => inspect(credentials)],
    ["inspected with everything", () => inspect({ credentials }, { showHidden: true, getters: true, depth: null })],
    ["inspected without its own ways", () => inspect(credentials, { customInspect: false, showHidden: true })],
    ["in a message", () => format("%s %o %O %j", credentials, credentials, credentials, credentials)],
    ["spread", () => JSON.stringify({ ...credentials })],
    ["by its names", () => JSON.stringify(Object.entries(credentials))],
    ["cloned", () => JSON.stringify(structuredClone(credentials))],
    ["serialized", () => serialize({ ...credentials }).toString("latin1")],
    ["as a cause", () => inspect(new Error("refused", { cause: credentials }))],
  ])("shows nothing %s", (_, show) => {
    expect(show()).not.toContain(SECRET);
  });
});
