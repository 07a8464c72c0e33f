/** Private keys as text and in key stores. */
import { expect, test } from "vitest";
import { BASE62, BASE64, kindsIn, pemKey, randomText, secretsIn } from "./made-up.ts";

test.each([
  ["RSA PRIVATE KEY", "RSA private key"],
  ["EC PRIVATE KEY", "EC private key"],
  ["OPENSSH PRIVATE KEY", "OpenSSH private key"],
  ["PRIVATE KEY", "private key"],
  ["ENCRYPTED PRIVATE KEY", "encrypted private key"],
  ["PGP PRIVATE KEY BLOCK", "PGP private key"],
])("%s", (label, title) => {
  expect(secretsIn("srv/server.pem", pemKey(label))).toMatchObject([{ kind: "private-key", title, line: 1 }]);
});

test.each(["CERTIFICATE", "PUBLIC KEY", "RSA PUBLIC KEY", "PGP PUBLIC KEY BLOCK", "CERTIFICATE REQUEST"])(
  "%s is no secret",
  (label) => {
    expect(kindsIn("srv/server.pem", pemKey(label))).toEqual([]);
  },
);

test("a key behind a certificate is at its line", () => {
  const certificate = pemKey("CERTIFICATE");
  expect(secretsIn("srv/all.pem", certificate + pemKey("RSA PRIVATE KEY"))).toMatchObject([
    { kind: "private-key", line: certificate.split("\n").length },
  ]);
});

test("the key is the same whatever its line ends, and in a string", () => {
  const key = pemKey("PRIVATE KEY");
  const fingerprints = [
    secretsIn("srv/a.key", key),
    secretsIn("srv/b.key", key.replaceAll("\n", "\r\n")),
    secretsIn("srv/c.json", JSON.stringify({ key })),
  ].map(([match]) => match?.fingerprint);
  expect(new Set(fingerprints).size).toBe(1);
  expect(fingerprints[0]).toMatch(/^[0-9a-f]{16}$/);
});

test("what only begins as a key is none", () => {
  const dashes = "-".repeat(5);
  const begin = `${dashes}BEGIN RSA PRIVATE KEY${dashes}`;
  const end = `${dashes}END RSA PRIVATE KEY${dashes}`;
  for (const body of [
    "...",
    "MIIE...",
    "A".repeat(400),
    `${"<key>".repeat(30)}`,
    `" + key + "`,
    randomText(300, BASE64),
  ]) {
    expect(kindsIn("srv/a.key", `${begin}\n${body}\n${end}\n`)).toEqual([]);
  }
  expect(kindsIn("srv/a.key", `${begin}\n${randomText(300, BASE64)}`)).toEqual([]);
});

test("a key with a header that says it is encrypted", () => {
  const key = pemKey("RSA PRIVATE KEY").replace(
    "KEY-----\n",
    "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,AB\n\n",
  );
  expect(secretsIn("srv/a.key", key)).toMatchObject([{ kind: "private-key", title: "encrypted private key" }]);
});

test("host keys of SSH, keys of users, and the public halves", () => {
  const key = pemKey("OPENSSH PRIVATE KEY");
  expect(secretsIn("etc/ssh/ssh_host_ed25519_key", key)).toMatchObject([{ title: "SSH host key" }]);
  expect(kindsIn("root/.ssh/id_ed25519", key)).toEqual(["private-key"]);
  expect(kindsIn("root/.ssh/deployment", key)).toEqual(["private-key"]);
  for (const name of ["deploy_key", "github_rsa", "me_ed25519", "app-private-key"]) {
    expect(kindsIn(`app/${name}`, key), name).toEqual(["private-key"]);
    expect(kindsIn(`app/${name}.pub`, `ssh-ed25519 ${randomText(68, BASE62)} me`)).toEqual([]);
  }
  expect(kindsIn("root/.ssh/known_hosts", `a.test ssh-ed25519 ${randomText(68, BASE62)}`)).toEqual([]);
  expect(kindsIn("root/.ssh/id_ed25519.pub", `ssh-ed25519 ${randomText(68, BASE62)} me`)).toEqual([]);
});

test("Debian's own test certificate is told apart", () => {
  expect(kindsIn("etc/ssl/private/ssl-cert-snakeoil.key", pemKey("PRIVATE KEY"))).toEqual(["snakeoil-key"]);
});

test("a key of PuTTY", () => {
  const key = (lines: string): string =>
    `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPublic-Lines: 1\nAAAA\n${lines}Private-MAC: 00\n`;
  expect(kindsIn("root/me.ppk", key(`Private-Lines: 1\n${randomText(48, BASE64)}\n`))).toEqual(["private-key"]);
  expect(kindsIn("root/me.ppk", key(""))).toEqual([]);
});

test("a key of GnuPG's key store", () => {
  const path = "root/.gnupg/private-keys-v1.d/0123.key";
  expect(kindsIn(path, "Key: (private-key (rsa (n #00AF#)))\n")).toEqual(["private-key"]);
  expect(kindsIn(path, "Key: (shadowed-private-key (rsa (n #00AF#)))\n")).toEqual([]);
});

test("a Google service account", () => {
  const account = { type: "service_account", private_key: pemKey("PRIVATE KEY") };
  expect(kindsIn("app/account.json", JSON.stringify(account, null, 1))).toEqual(["gcp-service-account"]);
  expect(kindsIn("app/account.json", JSON.stringify({ ...account, private_key: "" }))).toEqual([]);
});

const bag = (last: string): Buffer => Buffer.from(`060b2a864886f70d010c0a01${last}`, "hex");
const pkcs12 = (kind: string): Buffer =>
  Buffer.concat([Buffer.from("30820900020103", "hex"), Buffer.alloc(40, 1), bag(kind), Buffer.alloc(40, 2)]);

test("PKCS#12 with a key, and with certificates only", () => {
  expect(kindsIn("srv/server.p12", pkcs12("02"))).toEqual(["key-store"]);
  expect(kindsIn("srv/server.pfx", pkcs12("01"))).toEqual(["key-store"]);
  expect(kindsIn("srv/trusted.p12", pkcs12("03"))).toEqual([]);
  expect(kindsIn("srv/text.p12", "no key store")).toEqual([]);
});

/** Entries of a Java key store: `key` or `certificate`. */
function javaStore(...entries: ("key" | "certificate")[]): Buffer {
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const text = (value: string): Buffer => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
  const bodies = entries.map((entry) =>
    entry === "key"
      ? Buffer.concat([number(1), text("mine"), Buffer.alloc(8), number(4), number(0)])
      : Buffer.concat([number(2), text("other"), Buffer.alloc(8), text("X.509"), number(20), Buffer.alloc(20, 7)]),
  );
  return Buffer.concat([number(0xfeedfeed), number(2), number(entries.length), ...bodies, Buffer.alloc(20)]);
}

test("a Java key store with a key, and one that only trusts others", () => {
  expect(kindsIn("srv/server.jks", javaStore("certificate", "certificate", "key"))).toEqual(["key-store"]);
  expect(kindsIn("srv/trusted.jks", javaStore("certificate", "certificate"))).toEqual([]);
  expect(kindsIn("srv/cut.jks", javaStore("certificate").subarray(0, 20))).toEqual([]);
});
