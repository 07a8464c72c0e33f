/** Whether a value can be a secret, or stands for one, as in examples and templates. */

import { fingerprintOf } from "./secret-value.ts";

/** Values that documentation or habit puts where a secret belongs; also passwords that everybody knows. */
const KNOWN_WORDS = new Set(
  (
    "password passwd pass passphrase secret token key test tests none null nil true false yes no on off default undefined " +
    "string empty admin administrator root user username guest postgres postgresql mysql mariadb mongo redis rabbitmq " +
    "elastic minio minioadmin changeit letmein qwerty private public required optional hidden masked unset disabled enabled"
  ).split(" "),
);
const PLACEHOLDER =
  /example|change.?me|change.?this|place.?holder|replace|your[-_.]?|my[-_.]?(?:secret|password|pass|token|key|super)|to.?do|fixme|dummy|sample|insert|redacted|foobar|not.?real|not.?a.?(?:real|secret)|fake|xxxx|\*\*\*|\.\.\.|123456|abcdefg|0123456|asdf|django-insecure/;
/** Something that is put in later: `${NAME}`, `$(command)`, `%s`, `<name>`, `{{ name }}`, `@name@`, `!vault`, a call. */
const FILLED_IN =
  /\$[A-Za-z_{(]|`|<[^>]{0,200}>|\{\{|^\{|%\(|^%[sdv]$|^[@%]\w{1,100}[@%]$|^!(?:vault|ref|sub|getatt|env|secret|join)|\w\(|^ENC[[(]|^(?:vault|op|arn|file|secret|env|sops|ref|ssm)[:/]/i;
/** Fingerprints of values that specifications print as examples: RFC 5849 and RFC 6749. */
const PRINTED = new Set([
  "6c96130f130ab0d6",
  "00cf4c781dc37003",
  "9d03b692e941d5ac",
  "4c20e6f5cc11b937",
  "cb87c87e4a138d9a",
  "bb9b1163338b2a51",
]);
/** How every public key of RSA, and of the usual elliptic curve, begins (RFC 5280, SubjectPublicKeyInfo). */
const PUBLIC_KEY = /^(?:MI[A-Za-z0-9]{4}ANBgkqhkiG9w0BAQEFAA|MFkwEwYHKoZIzj0CAQ)/;
const WORDS_ONLY = /^[a-z]+(?:[-_. ][a-z]+)*$/;
const TELLING_WORD = /pass|secret|token|key|test|pw|demo|local|dev/;

export function isPlaceholder(value: string): boolean {
  const lower = value.slice(0, 500).toLowerCase();
  if (KNOWN_WORDS.has(lower) || FILLED_IN.test(value.slice(0, 500)) || PLACEHOLDER.test(lower)) return true;
  if (new Set(lower).size <= 3 || PUBLIC_KEY.test(value)) return true;
  return (WORDS_ONLY.test(lower) && TELLING_WORD.test(lower)) || PRINTED.has(fingerprintOf(value));
}

/** Shannon entropy, in bits a character; at most the first 500 count. */
export function entropyOf(value: string): number {
  const counts = new Map<string, number>();
  const text = value.slice(0, 500);
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / text.length) * Math.log2(count / text.length);
  return entropy;
}

/** Whether a token's own part was made by chance. Hexadecimal digits have 3 bits and more, others 4. */
export function isRandom(value: string, leastEntropy = 3): boolean {
  return !/example|xxxx|0123456|abcdefg|placeholder/i.test(value) && entropyOf(value) >= leastEntropy;
}

/** Whether something that is called a secret where secrets are set is one. */
export function isSetSecret(value: string): boolean {
  if (value.length < 4 || value.length > 5000 || isPlaceholder(value) || isLocation(value)) return false;
  return /\d/.test(value) ? !/^[\d.,:smhd]{1,9}$/.test(value) : value.length >= 6;
}

/** Such a word with a number, as documentation has them. */
const NUMBERED_WORD = /^(?:secret|password|passwd|pass|token|key|test)[-_.]?\d{1,8}$/i;

/** Whether something that is called a secret in any configuration is one: it must look as if made by chance. */
export function isRandomSecret(value: string): boolean {
  if (value.length < 10 || value.length > 500 || /\s/.test(value) || isPlaceholder(value) || isLocation(value))
    return false;
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value) || isReference(value)) return false;
  if (NUMBERED_WORD.test(value)) return false;
  return entropyOf(value) >= (value.length < 16 ? 2.75 : 3.2);
}

/** As {@link isRandomSecret}, for programs, where much is called a token that is none: names of types and of other things. */
export function isRandomLiteral(value: string): boolean {
  if (value.length < 16 || !isRandomSecret(value) || entropyOf(value) < 3.5) return false;
  return !/[a-z]{7}|[[\]]/.test(value) && !/^[a-z]+(?:[-_.:/][a-z0-9]+)+$/.test(value);
}

function isLocation(value: string): boolean {
  return /^(?:\.{0,2}|~|[A-Za-z]:)[/\\]\w|^[a-z][a-z0-9+.-]{1,20}:\/\/|^\w[\w./-]{0,200}\.(?:pem|key|crt|json|ya?ml|txt|env)$/i.test(
    value,
  );
}

/** A name with dots, a place in a list, or a time. */
function isReference(value: string): boolean {
  if (/\[-?\d+\]|^\d{4}-\d\d-\d\dT/.test(value)) return true;
  return value.includes(".") && value.split(".").every((part) => /^[A-Za-z_][\w-]{0,18}$/.test(part));
}
