/** Tokens of known forms: found where they are, and not where something only looks like one. */
import { describe, expect, test } from "vitest";
import {
  BASE32,
  BASE62,
  BASE64,
  checkedToken,
  DIGITS,
  HEX,
  kindsIn,
  LOWER,
  misspelt,
  randomText,
  secretsIn,
  UPPER,
} from "./made-up.ts";

const base64url = `${BASE62}-_`;
const word = (length: number, seed = 1): string => randomText(length, BASE62, seed);

const TOKENS: readonly [kind: string, token: string, nearMiss: string][] = [
  ...["ghp_", "gho_", "ghu_", "ghs_", "ghr_"].map(
    (prefix) => ["github-token", checkedToken(prefix), misspelt(checkedToken(prefix))] as [string, string, string],
  ),
  ["github-token", `ghr_${word(76)}`, `ghr_${word(75)}`],
  ["github-token", `github_pat_${word(22)}_${word(59)}`, `github_pat_${word(22)}_${word(58)}`],
  ["gitlab-token", `glpat-${randomText(20, base64url)}`, `glpat-${word(19)}`],
  ["npm-token", checkedToken("npm_"), misspelt(checkedToken("npm_"))],
  ["pypi-token", `pypi-AgE${word(90)}`, `pypi-AgX${word(90)}`],
  ["rubygems-token", `rubygems_${randomText(48, HEX)}`, `rubygems_${randomText(47, HEX)}`],
  ["docker-hub-token", `dckr_pat_${word(27)}`, `dckr_pat_${word(20)}`],
  [
    "slack-token",
    `xoxb-${randomText(12, DIGITS)}-${randomText(12, DIGITS)}-${word(24)}`,
    `xoxb-${randomText(30, LOWER)}`,
  ],
  [
    "slack-webhook",
    `https://hooks.slack.com/services/T${randomText(9, UPPER)}/B${randomText(9, UPPER)}/${word(24)}`,
    `https://hooks.slack.com/services/T${"0".repeat(8)}/B${"0".repeat(8)}/${"X".repeat(24)}`,
  ],
  ["stripe-key", `sk_live_${word(24)}`, `sk_test_${word(24)}`],
  ["stripe-key", `rk_live_${word(24)}`, `pk_live_${word(24)}`],
  ["sendgrid-key", `SG.${word(22)}.${word(43)}`, `SG.${word(22)}.${word(42)}`],
  ["anthropic-key", `sk-ant-api03-${word(93)}AA`, `sk-ant-api03-${word(20)}AA`],
  ["openai-key", `sk-proj-${word(40)}T3Blbk${"FJ"}${word(40, 2)}`, `sk-proj-${word(40)}${word(40, 2)}`],
  ["huggingface-token", `hf_${randomText(34, UPPER + LOWER)}`, `hf_${randomText(33, UPPER + LOWER)}`],
  ["vault-token", `hvs.${word(90)}`, `hvs.${word(12)}`],
  ["digitalocean-token", `dop_v1_${randomText(64, HEX)}`, `dop_v1_${randomText(63, HEX)}`],
  ["azure-client-secret", `${word(3)}8Q~${word(34)}`, `${word(3)}xQ~${word(34)}`],
  [
    "azure-storage-key",
    `AccountName=a;AccountKey=${randomText(86, BASE64)}==`,
    `AccountKeys=${randomText(86, BASE64)}==`,
  ],
];

test.each(TOKENS)("%s %#", (kind, token, nearMiss) => {
  expect(kindsIn("app/deploy.sh", `# deploy\ncurl ${token}\n`)).toEqual([kind]);
  expect(kindsIn("app/deploy.sh", `# deploy\ncurl ${nearMiss}\n`)).toEqual([]);
});

test.each(TOKENS.filter(([, token]) => !token.includes("/") && !token.includes("=")))(
  "%s is none as the end of a longer word %#",
  (_, token) => {
    expect(kindsIn("app/deploy.sh", `curl x${token}\n`)).toEqual([]);
  },
);

test("a token of documentation is none", () => {
  expect(kindsIn("app/deploy.sh", `glpat-${"x".repeat(20)}\nsk_live_${"EXAMPLE".repeat(4)}\n`)).toEqual([]);
});

describe("an AWS key", () => {
  const id = `AKIA${randomText(16, BASE32)}`;
  const secret = randomText(40, BASE64, 3);

  test("is the secret beside its identifier", () => {
    const [match] = secretsIn("app/main.py", `boto3.client("s3", "${id}",\n  "${secret}")\n`);
    expect(match).toMatchObject({ kind: "aws-access-key", line: 2 });
    expect(match?.masked.startsWith(secret.slice(0, 4))).toBe(true);
  });

  test("is none without its secret, nor beside a checksum", () => {
    expect(kindsIn("app/main.py", `id = "${id}"\n`)).toEqual([]);
    expect(kindsIn("app/main.py", `id = "${id}"  # ${randomText(40, HEX)}\n`)).toEqual([]);
    expect(kindsIn("app/main.py", `x = "${secret}"\n`)).toEqual([]);
  });

  test("is none as the documentation has it", () => {
    const example = `${"wJalrXUtnFEMI/K7MDENG/bPxRfiCY"}${"EXAMPLEKEY"}`;
    expect(kindsIn("app/main.py", `"${`AKIAIOSFODNN7${"EXAMPLE"}`}" "${example}"\n`)).toEqual([]);
  });
});

test("a Twilio token is found by its account", () => {
  const account = `AC${randomText(32, HEX)}`;
  const token = randomText(32, HEX, 2);
  expect(kindsIn("app/sms.js", `twilio("${account}", "${token}")`)).toEqual(["twilio-token"]);
  expect(kindsIn("app/sms.js", `twilio("${account}")`)).toEqual([]);
});

describe("a password in a URL", () => {
  const url = (password: string): string => `DATABASE=postgres://app:${password}@db/app\n`;

  test("is found", () => {
    expect(secretsIn("app/settings.ini", `[db]\n${url("s3cr3tive-Pw")}`)).toMatchObject([
      { kind: "url-password", line: 2 },
    ]);
  });

  test("in a program must look as if made by chance", () => {
    expect(kindsIn("app/main.py", url("jB8xQ2mN7vKd"))).toEqual(["url-password"]);
    expect(kindsIn("app/main.py", url("tiger"))).toEqual([]);
    expect(kindsIn("app/main.py", url("jB8xQ2%20mN7vKd"))).toEqual([]);
    expect(kindsIn("app/main.py", url("1234,kx9:zuw2vt8"))).toEqual([]);
  });

  test.each(["password", "app", `\${PASSWORD}`, "changeme", "<password>", "$PW", "8080"])("is none: %s", (password) => {
    expect(kindsIn("app/settings.ini", url(password))).toEqual([]);
  });
});

test("a web token counts in a file of variables only", () => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const jwt = (alg: string, sub: string): string =>
    `${part({ alg, typ: "JWT" })}.${part({ sub })}.${randomText(43, BASE62)}`;
  expect(kindsIn("app/.env", `SESSION=${jwt("HS256", "jane")}\n`)).toEqual(["web-token"]);
  expect(kindsIn("app/main.js", `// ${jwt("HS256", "jane")}\n`)).toEqual([]);
  expect(kindsIn("app/.env", `SESSION=${jwt("none", "jane")}\n`)).toEqual([]);
  expect(kindsIn("app/.env", `SESSION=${jwt("HS256", "1234567890")}\n`)).toEqual([]);
});
