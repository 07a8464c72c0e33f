/** Files of programs that keep credentials. */
import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { BASE62, BASE64, HEX, kindsIn, pemKey, randomText, secretsIn } from "./made-up.ts";

const secret = randomText(24, BASE62);
const base64 = (text: string): string => Buffer.from(text).toString("base64");

const FILES: readonly [path: string, kind: string, content: string, without: string][] = [
  [
    "root/.aws/credentials",
    "aws-access-key",
    `[default]\naws_secret_access_key = ${randomText(40, BASE64)}\n`,
    "[default]\naws_secret_access_key = YOUR_SECRET_KEY_HERE\nregion = eu-central-1\n",
  ],
  [
    "root/.docker/config.json",
    "registry-credentials",
    JSON.stringify({ auths: { "registry.test": { auth: base64(`me:${secret}`) } } }),
    JSON.stringify({ auths: { "registry.test": {} }, credsStore: "desktop" }),
  ],
  [
    "root/.dockercfg",
    "registry-credentials",
    JSON.stringify({ "registry.test": { auth: base64(`me:${secret}`) } }),
    JSON.stringify({ "registry.test": { auth: base64("me:"), email: "me@test" } }),
  ],
  [
    "root/.npmrc",
    "npm-credentials",
    `//registry.test/:_authToken=${secret}\n`,
    `//registry.test/:_authToken=\${NPM_TOKEN}\n`,
  ],
  ["root/.pypirc", "pypi-credentials", `[pypi]\nusername = me\npassword = ${secret}\n`, "[pypi]\nusername = me\n"],
  [
    "root/.netrc",
    "netrc-password",
    `machine a.test\n  login me\n  password ${secret}\n`,
    "machine a.test login password\n",
  ],
  ["root/.git-credentials", "url-password", `https://me:${secret}@git.test\n`, "https://git.test\n"],
  [
    "app/.git/config",
    "url-password",
    `[remote]\nurl = https://me:${secret}@git.test/a\n`,
    "[remote]\nurl = git@git.test:a\n",
  ],
  [
    "app/.git/config",
    "git-credentials",
    `[http]\n  extraheader = AUTHORIZATION: basic ${base64(`x:${secret}`)}\n`,
    "[http]\n  extraheader = Accept: text/plain\n",
  ],
  [
    "root/.kube/config",
    "kubernetes-credentials",
    `users:\n- user:\n    token: ${secret}\n`,
    "users:\n- user:\n    token: \n",
  ],
  [
    "app/cluster.yaml",
    "kubernetes-credentials",
    `users:\n- user:\n    client-key-data: ${base64(pemKey("PRIVATE KEY"))}\n`,
    `users:\n- user:\n    client-certificate-data: ${base64(pemKey("CERTIFICATE"))}\n`,
  ],
  ["root/.pgpass", "database-password", `db:5432:app:me:${secret}\n`, "# hostname:port:database:username:password\n"],
  ["root/.my.cnf", "database-password", `[client]\npassword="${secret}"\n`, "[client]\nuser=me\n"],
  ["root/.vault-token", "vault-token", `${secret}\n`, "\n\n"],
  [
    "root/.cargo/credentials.toml",
    "cargo-credentials",
    `[registry]\ntoken = "${secret}"\n`,
    '[registry]\ntoken = ""\n',
  ],
  ["root/.gem/credentials", "rubygems-token", `---\n:rubygems_api_key: ${secret}\n`, "---\n"],
  ["root/.m2/settings.xml", "maven-credentials", `<password>${secret}</password>`, `<password>{${secret}}</password>`],
  [
    "etc/shadow",
    "password-hash",
    `root:$6$salt$${randomText(86, BASE62)}:1::::::\n`,
    "root:*:1::::::\ndaemon:!:1::::::\nx::1::::::\n",
  ],
  [
    "etc/shadow",
    "password-hash",
    `me:$y$j9T$abc$${randomText(43, BASE62)}:1::::::\n`,
    "me:!$y$j9T$abc$locked:1::::::\n",
  ],
  ["srv/.htpasswd", "password-hash", `me:$apr1$ab$${randomText(22, BASE62)}\n`, "# users\n"],
  ["app/.env", "secret-value", `PORT=80\nDB_PASSWORD=hunter2\n`, "PORT=80\nDB_PASSWORD=\nAPI_KEY=your-key-here\n"],
  [
    "app/.env.production",
    "secret-value",
    `API_KEY="${secret}"\n`,
    `API_KEY=\${KEY}\nJWT_SECRET_FILE=/run/secrets/jwt\n`,
  ],
  [
    "app/config.yml",
    "secret-value",
    `db:\n  password: ${secret}\n`,
    "db:\n  password: changeme\n  passwordFile: /run/a1b2c3\n",
  ],
  [
    "app/config.json",
    "secret-value",
    `{"clientSecret": "${secret}"}`,
    '{"tokenEndpoint": "https://login.test/x1y2z3"}',
  ],
  [
    "app/app.properties",
    "secret-value",
    `spring.datasource.password=${secret}\n`,
    `spring.datasource.password=\${DB_PW}\n`,
  ],
  ["app/web.config", "secret-value", `<apiKey>${secret}</apiKey>`, "<apiKey></apiKey><count>1</count>"],
  [
    "app/settings.py",
    "secret-value",
    `SECRET_KEY = "${secret}"\n`,
    'SECRET_KEY = os.environ["SECRET_KEY"]\ntoken = get_token(1)\n',
  ],
];

test("a script of a shell needs no quotes, other programs do", () => {
  expect(kindsIn("app/start.sh", `export DB_PASSWORD=${secret}\n`)).toEqual(["secret-value"]);
  expect(kindsIn("app/start.sh", 'export DB_PASSWORD="$1"\nTOKEN=$(cat token1)\n')).toEqual([]);
  expect(kindsIn("app/start.py", `password = ${secret}\n`)).toEqual([]);
});

test.each(FILES)("%s: %s %#", (path, kind, content, without) => {
  expect(kindsIn(path, content)).toEqual([kind]);
  expect(kindsIn(path, without)).toEqual([]);
});

describe("text in UTF-16, as programs of Windows write it", () => {
  const little = (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le");
  const big = (text: string): Buffer => little(text).swap16();

  test.each([
    ["least byte first", little],
    ["most byte first", big],
  ])("%s: is read, at the same line", (_, encoded) => {
    const text = `NAME=Jürgen\r\nDB_PASSWORD=${secret}\r\n`;
    const [plain] = secretsIn("app/.env", text);
    expect(plain).toMatchObject({ kind: "secret-value", line: 2 });
    expect(secretsIn("app/.env", encoded(text))).toEqual([plain]);
    const long = `${"# comment\n".repeat(8000)}//registry.example/:_authToken=${secret}\n`;
    expect(kindsIn("app/.npmrc", encoded(long))).toEqual(["npm-credentials"]);
    expect(kindsIn("app/.env", Buffer.concat([encoded(text), Buffer.of(0)]))).toEqual(["secret-value"]);
  });

  test("without a mark, or cut off behind it, it is no text", () => {
    expect(kindsIn("app/.env", little(`DB_PASSWORD=${secret}\n`).subarray(2))).toEqual([]);
    expect(kindsIn("app/.env", Buffer.of(0xff, 0xfe))).toEqual([]);
    expect(kindsIn("app/.env", Buffer.of(0xfe, 0xff, 0))).toEqual([]);
  });
});

test.each([".bash_history", ".zsh_history", ".ash_history", ".psql_history", ".mysql_history", ".python_history"])(
  "%s is a finding as a whole",
  (name) => {
    expect(secretsIn(`root/${name}`, "ls\n")).toEqual([
      {
        kind: "shell-history",
        title: "command history",
        masked: "…",
        fingerprint: expect.any(String),
        line: undefined,
      },
    ]);
    expect(kindsIn(`root/${name}`, "\n \n")).toEqual([]);
  },
);

describe("what is a package's, a test or an example is not looked into", () => {
  const key = pemKey("RSA PRIVATE KEY");
  test.each([
    "usr/share/doc/openssl/key.pem",
    "usr/lib/python3/dist-packages/test/key.pem",
    "usr/local/lib/python3.12/test/certdata/keycert.pem",
    "app/node_modules/agent-base/test/server.key",
    "usr/local/go/src/crypto/tls/testdata/key.pem",
    "root/go/pkg/mod/a.test/b/key.pem",
    "root/.cargo/registry/src/x/key.pem",
    "app/vendor/x/server.key",
    "app/tests/server.key",
    "app/README.md",
    "app/server.key.example",
  ])("%s", (path) => {
    expect(kindsIn(path, key)).toEqual([]);
  });

  test.each(["app/key_test.go", "app/test_keys.py", "spec_lib/key_spec.rb", "app/key.d.ts"])("%s", (path) => {
    expect(kindsIn(path, `${key}\nKEY = "${secret}"\n`)).toEqual([]);
  });

  test("but a program that is called after one is", () => {
    expect(kindsIn("app/latest.py", `API_KEY = "${secret}"\n`)).toEqual(["secret-value"]);
  });

  test.each([
    "app/server.key",
    "usr/share/nginx/html/server.key",
    "usr/src/app/server.key",
    "opt/server.pem",
    "server.key",
  ])("but %s is", (path) => {
    expect(kindsIn(path, key)).toEqual(["private-key"]);
  });

  test("templates of variables have values that stand for others", () => {
    expect(kindsIn("app/.env.example", `API_KEY=${secret}\n`)).toEqual([]);
    expect(kindsIn("app/.env.test", `DB_PASSWORD=${secret}\n`)).toEqual([]);
  });
});

test("values that stand for others are no secrets", () => {
  for (const value of [
    "changeme",
    "password",
    "xxxxxxxxxxxx",
    "<your password>",
    `\${VAR}`,
    "$VAR",
    "$(cat /run/x)",
    "{{ secret }}",
    "your-api-key",
    "my-secret-pw",
    "example123",
    "true",
    "12345678",
    "aaaaaaaa",
    "/run/secrets/db",
    "https://vault.test/x",
    "ENC[AES256,x]",
    "!vault |",
    "%s",
    "test-password",
    "s",
  ]) {
    expect([value, kindsIn("app/.env", `DB_PASSWORD='${value}'\n`)]).toEqual([value, []]);
  }
});

test("a public key, and a word with a number, are no secrets", () => {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const { publicKey: ofCurve } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  for (const one of [publicKey, ofCurve]) {
    const text = one.export({ type: "spki", format: "der" }).toString("base64");
    expect(kindsIn("app/a.py", `TOKEN = "${text}"\n`)).toEqual([]);
    expect(kindsIn("app/.env", `TOKEN=${text}\n`)).toEqual([]);
  }
  expect(kindsIn("app/a.json", JSON.stringify({ storePassword: "secret.97531" }))).toEqual([]);
  expect(kindsIn("app/.env", "STORE_PASSWORD=secret.97531\n")).toEqual(["secret-value"]);
});

test("a time, a place in a list and a name with dots are no secrets of a configuration", () => {
  for (const value of ["2016-01-02T03:04:05Z", "Streams[-1].Name", "app.security.token2.value"]) {
    expect(kindsIn("app/a.json", JSON.stringify({ token: value }))).toEqual([]);
  }
});

test("names that are about a secret are none", () => {
  for (const name of [
    "PASSWORD_FILE",
    "TOKEN_TTL",
    "SECRET_NAME",
    "API_KEY_HEADER",
    "PUBLIC_KEY",
    "TOKENIZER",
    "PWD",
    "GPG_KEY",
    "AWS_ACCESS_KEY_ID",
    "COMPASS",
  ]) {
    expect([name, kindsIn("app/.env", `${name}=${secret}\n`)]).toEqual([name, []]);
  }
});

test("a value is masked: never more than a quarter of it, nothing of a short one", () => {
  for (let length = 4; length < 60; length++) {
    const value = randomText(length, BASE62, length);
    const [match] = secretsIn("app/.env", `DB_PASSWORD=${value}\n`);
    if (!match) continue;
    const [first = "", last = ""] = match.masked.split("…");
    expect(value.startsWith(first) && value.endsWith(last)).toBe(true);
    expect(first.length + last.length).toBeLessThanOrEqual(length < 16 ? 0 : Math.min(6, length / 4));
  }
});

test("the same value at several lines counts once, and a value for one reason only", () => {
  const value = randomText(40, HEX);
  expect(secretsIn("app/.env", `A_TOKEN=${value}\nB_TOKEN=${value}\n`)).toMatchObject([{ line: 1 }]);
});

test("a file that is no text is not searched", () => {
  expect(kindsIn("app/.env", `API_KEY=${secret}\n\0`)).toEqual([]);
});
