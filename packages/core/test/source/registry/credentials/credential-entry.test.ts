/** What stands in the documents for one registry. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { credentialsOfEntry } from "../../../../src/source/registry/credentials/credential-entry.ts";
import { CredentialProblem } from "../../../../src/source/registry/credentials/credential-problem.ts";
import { authOf, base64, revealed } from "./credential-files.ts";

const SECRET = "hunter2secret";
const read = (entry: unknown) => revealed(credentialsOfEntry(entry));
const password = (username: string, secret: string) => ({ kind: "password", username, password: secret });

describe("an entry", () => {
  test("is a user name and a password in base64", () => {
    expect(read(authOf("user", "word"))).toEqual(password("user", "word"));
  });

  test("may have colons in the password", () => {
    expect(read(authOf("user", "a:b::c"))).toEqual(password("user", "a:b::c"));
  });

  test("may have an empty password", () => expect(read(authOf("user", ""))).toEqual(password("user", "")));

  test("may be padded with NUL", () => {
    expect(read({ auth: base64("user:word\0\0\0") })).toEqual(password("user", "word"));
  });

  test("may be wrapped, or lack the padding of base64", () => {
    expect(read({ auth: "dXNlcjp3b3Jk\ncw==\n" })).toEqual(password("user", "words"));
    expect(read({ auth: "dXNlcjp3b3Jkcw" })).toEqual(password("user", "words"));
  });

  test("may have the two in fields of their own", () => {
    expect(read({ username: "user", password: "word" })).toEqual(password("user", "word"));
    expect(read({ ...authOf("user", "word"), username: "other", password: "thing" })).toEqual(password("user", "word"));
  });

  test("may be a token, whatever stands beside it", () => {
    expect(read({ auth: base64("00000000-0000:"), identitytoken: "abc" })).toEqual({
      kind: "identity-token",
      token: "abc",
    });
    expect(read({ username: "user", identitytoken: "abc", registrytoken: "def" })).toEqual({
      kind: "registry-token",
      token: "def",
    });
  });

  test.each([
    [{}],
    [{ email: "a@example.com" }],
    [{ auth: "" }],
    [{ auth: null, username: "" }],
    [{ password: "word" }],
  ])("may be empty: %j", (entry) => expect(read(entry)).toBeUndefined());

  test.each([
    [null],
    [SECRET],
    [[SECRET]],
    [{ auth: [SECRET] }],
    [{ auth: `${SECRET}!` }],
    [{ auth: base64(SECRET) }],
    [{ auth: base64(`:${SECRET}`) }],
    [{ auth: Buffer.from(`user:${SECRET}\xff`, "latin1").toString("base64") }],
    [{ username: "user", password: { SECRET } }],
    [{ identitytoken: `${SECRET}\r\nX-Header: 1` }],
    [{ registrytoken: `${SECRET} ` }],
    [{ registrytoken: `${SECRET}\u{e9}` }],
  ])("is of no use otherwise, and is not quoted: %#", (entry) => {
    const problem = thrownBy(() => credentialsOfEntry(entry));
    expect(problem).toBeInstanceOf(CredentialProblem);
    expect(String(problem)).not.toContain(SECRET);
    expect(String(problem)).not.toContain(base64(SECRET).slice(0, 12));
  });

  test("gives back any user name and password", () => {
    const username = fc.string({ unit: "binary", minLength: 1 }).filter((text) => !text.includes(":"));
    const word = fc.string({ unit: "binary" }).filter((text) => !text.startsWith("\0") && !text.endsWith("\0"));
    fc.assert(
      fc.property(username, word, (user, secret) => {
        expect(read(authOf(user, secret))).toEqual(password(user, secret));
      }),
    );
  });

  test("is credentials, nothing or a problem, whatever it holds", () => {
    const field = fc.constantFrom("auth", "username", "password", "identitytoken", "registrytoken");
    const value = fc.oneof(fc.jsonValue(), fc.base64String());
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(field, value)), (entry) => {
        const thrown = thrownBy(() => credentialsOfEntry(entry));
        expect(thrown === undefined || thrown instanceof CredentialProblem).toBe(true);
      }),
    );
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}
