/** Contents that nobody wrote for a program to read: any bytes, and texts made to take long. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { BytesInMemory } from "../../src/layer/file-inspector.ts";
import { findSecretsInFile } from "../../src/secrets/find-secrets.ts";
import { TOKEN_FORMS } from "../../src/secrets/token-forms.ts";
import { fileOf, pemKey, secretsIn } from "./made-up.ts";

const NAMES = [
  "app/.env",
  "app/a.yml",
  "app/a.json",
  "app/a.py",
  "app/a.pem",
  "app/a.xml",
  "srv/a.jks",
  "srv/a.p12",
  "root/me.ppk",
  "etc/shadow",
  "root/.netrc",
  "root/.pgpass",
  "root/.npmrc",
  "root/.docker/config.json",
  "root/.kube/config",
  "root/.git-credentials",
  "app/.git/config",
  "root/.m2/settings.xml",
  "root/.aws/credentials",
  "root/.bash_history",
  "root/.gnupg/private-keys-v1.d/a.key",
  "root/.vault-token",
];

const PIECES = [
  ...TOKEN_FORMS.map(({ prefix }) => prefix),
  pemKey("RSA PRIVATE KEY"),
  "-----BEGIN RSA PRIVATE KEY-----\n",
  "-----END ",
  "AKIA",
  "://",
  "a:b@c",
  "password",
  "=",
  ": ",
  '"',
  "'",
  "\n",
  "\\n",
  "<",
  ">",
  "eyJ",
  ".",
  "Q~",
  "AccountKey=",
  "PuTTY-User-Key-File-3: ",
  "(private-key",
  ":",
  "$6$",
  "{",
  "}",
  "[",
  " ",
  "machine ",
  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  "\xff",
  "é",
];

test("any bytes and any pieces: nothing is thrown, and what is shown of a value is little", () => {
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => Buffer.from(pieces.join(""))),
    fc
      .uint8Array({ maxLength: 60 })
      .map((bytes) => Buffer.concat([Buffer.from("feedfeed0000000200000001", "hex"), bytes])),
  );
  fc.assert(
    fc.property(fc.constantFrom(...NAMES), content, (name, bytes) => {
      for (const { masked, fingerprint, line } of secretsIn(name, bytes)) {
        expect(masked.length).toBeLessThanOrEqual(7);
        expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
        expect(line ?? 1).toBeGreaterThanOrEqual(1);
      }
    }),
    { numRuns: Number(process.env.LAYERSCOPE_TEST_RUNS ?? 1000) },
  );
});

test("a file that is shorter than its header says is read as far as it goes", () => {
  for (const name of NAMES) {
    expect(findSecretsInFile(fileOf(name, 5000), new BytesInMemory(Buffer.from("a")))?.length ?? 0).toBeLessThan(2);
  }
});

test("JSON that is nested deeply, or holds no credentials, is nothing", () => {
  for (const text of ["[".repeat(100_000), "null", "3", '{"auths":null}', '{"auths":{"a":null,"b":{"auth":1}}}', "{"]) {
    expect(secretsIn("root/.docker/config.json", text)).toEqual([]);
  }
});

test("texts of one piece, as large as is read, are done with before the test is over", () => {
  for (const piece of [
    ...PIECES,
    "password='",
    'password="a',
    "token: ",
    "a.",
    "x=x=",
    "passw",
    "\t",
    "xoxb-1-",
    "AC0123456789abcdef0123456789abcdef ",
    "eyJaaaaaaaaaaaa.",
  ]) {
    const text = piece.repeat(Math.floor((256 * 1024) / Buffer.byteLength(piece)));
    secretsIn("app/a.py", text.slice(0, 64 * 1024));
    for (const name of ["app/.env", "app/a.yml", "root/.pgpass", "root/.kube/config", "root/.npmrc"])
      secretsIn(name, text);
  }
}, 60_000);

test("programs that programs put together are left alone, settings of that size are not", () => {
  const filler = "# nothing\n".repeat(7000);
  const text = `${filler}api_token = "q8Zt0Lw3Nx5Rb7Vy2Kd9Hf"\n`;
  expect(secretsIn("app/a.py", text)).toEqual([]);
  expect(secretsIn("app/a.py", text.slice(-1000))).toHaveLength(1);
  expect(secretsIn("app/a.yml", text)).toHaveLength(1);
});

test("a file has fifty findings at most", () => {
  const lines = Array.from({ length: 500 }, (_, index) => `P${index}_PASSWORD=hunter${index * 7919}`);
  expect(secretsIn("app/.env", lines.join("\n"))).toHaveLength(50);
});
