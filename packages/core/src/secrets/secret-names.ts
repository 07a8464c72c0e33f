/** Whether a variable, a key or an option is called as secrets are. */

const SECRET =
  /PASSW(?:OR)?D|PASSPHRASE|SECRET|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|(?:ENCRYPTION|SIGNING|AUTH|MASTER|ACCOUNT|STORAGE)_KEY|CREDENTIALS?(?:_|$)|TOKENS?(?:_|$)|(?:^|_)(?:PASS|[A-Z]+_PWD)(?:_|$)/;
/** What is not the secret but something about it, or is meant for everybody. */
const ABOUT = new Set(
  (
    "FILE FILES PATH PATHS DIR DIRECTORY URL URLS URI ENDPOINT HOST NAME NAMES ID IDS TYPE TTL EXPIRY EXPIRES EXPIRATION " +
    "EXPIRE LIFETIME TIMEOUT AGE MIN MAX LENGTH LEN SIZE COUNT LIMIT ENABLED DISABLED REQUIRED ALLOWED HEADER FIELD PROMPT " +
    "HINT RESET PROVIDER CLASS FORMAT VERSION PREFIX SUFFIX REGION ARN ROTATION ALGORITHM POLICY HASH LABEL USER USERNAME " +
    "METHOD MODE STORE MANAGER REF REFS KEYS INTERVAL SCOPE AUDIENCE ISSUER STRENGTH COLUMN PLACEHOLDER TITLE TEXT MESSAGE " +
    "USED CHANGED UPDATED CREATED DATE TIME AT"
  ).split(" "),
);

/** @param name any spelling: `DB_PASSWORD`, `dbPassword`, `db.password`, `db-password` */
export function isSecretName(name: string): boolean {
  const words = name
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== "" && !/^\d+$/.test(word));
  const last = words.at(-1);
  if (last === undefined || ABOUT.has(last) || words.includes("PUBLIC")) return false;
  return SECRET.test(words.join("_"));
}

/** One or two words for what such a name stands for. */
export function titleOfName(name: string): string {
  if (/pass|pwd/i.test(name)) return "password";
  if (/token/i.test(name)) return "token";
  return /key/i.test(name) ? "secret key" : "secret value";
}
