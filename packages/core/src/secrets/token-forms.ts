/** Tokens that can be told by their form alone. */
import { isRandom } from "./plausible-value.ts";
import type { SecretKind } from "./secret.ts";
import { hasChecksum } from "./token-checksum.ts";

export interface TokenForm {
  readonly kind: SecretKind;
  readonly title: string;
  /** What it begins with. Found without a regular expression, so that files without any cost next to nothing. */
  readonly prefix: string;
  /** From the prefix on. Each can match in one way only, or is bounded: texts are hostile. */
  readonly pattern: RegExp;
  /** Whether what the pattern found is no coincidence and no example. */
  readonly isReal: (token: string) => boolean;
}

/** A token must not go on where its pattern ends. */
const END = "(?![A-Za-z0-9_])";

function form(
  kind: SecretKind,
  title: string,
  prefix: string,
  rest: string,
  isReal: (token: string) => boolean = (token) => isRandom(token.slice(prefix.length)),
): TokenForm {
  return { kind, title, prefix, pattern: new RegExp(prefix.replaceAll(".", "\\.") + rest + END, "y"), isReal };
}

/** Of 36 characters after the prefix, the form since 2021; those of other lengths have no checksum that is known. */
const checked = (token: string): boolean => {
  const body = token.slice(4);
  return isRandom(body) && (body.length !== 36 || hasChecksum(body));
};

const github = (prefix: string): TokenForm =>
  form("github-token", "GitHub token", prefix, "(?:[A-Za-z0-9]{76}|[A-Za-z0-9]{36})", checked);

const gitlab = (prefix: string): TokenForm =>
  form("gitlab-token", "GitLab token", prefix, "[A-Za-z0-9_-]{20,300}(?:\\.[a-z0-9]{2}\\.[a-z0-9]{9})?");

const slack = (prefix: string): TokenForm =>
  form(
    "slack-token",
    "Slack token",
    prefix,
    "(?:[A-Za-z0-9]{1,30}-){1,5}[A-Za-z0-9]{10,150}",
    (token) => /\d{6}/.test(token) && isRandom(token.slice(5)),
  );

const stripe = (prefix: string): TokenForm => form("stripe-key", "Stripe key", prefix, "[A-Za-z0-9]{20,250}");

const digitalOcean = (prefix: string): TokenForm =>
  form("digitalocean-token", "DigitalOcean token", prefix, "[a-f0-9]{64}");

export const TOKEN_FORMS: readonly TokenForm[] = [
  ...["ghp_", "gho_", "ghu_", "ghs_", "ghr_"].map(github),
  form("github-token", "GitHub token", "github_pat_", "[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
  ...["glpat-", "gldt-", "glrt-", "glptt-", "glcbt-"].map(gitlab),
  form("npm-token", "npm token", "npm_", "[A-Za-z0-9]{36}", (token) => isRandom(token) && hasChecksum(token.slice(4))),
  // The index's own name, packed, stands at the beginning of each.
  form("pypi-token", "PyPI token", "pypi-AgE", "[A-Za-z0-9_-]{60,1000}"),
  form("rubygems-token", "RubyGems token", "rubygems_", "[a-f0-9]{48}"),
  form("docker-hub-token", "Docker Hub token", "dckr_pat_", "[A-Za-z0-9_-]{27,100}"),
  ...["xoxa-", "xoxb-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-"].map(slack),
  form(
    "slack-webhook",
    "Slack webhook",
    "hooks.slack.com/services/",
    "T[A-Z0-9]{8,12}/B[A-Z0-9]{8,12}/[A-Za-z0-9]{20,40}",
  ),
  ...["sk_live_", "rk_live_"].map(stripe),
  form("sendgrid-key", "SendGrid key", "SG.", "[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}", (token) => isRandom(token, 4)),
  form("anthropic-key", "Anthropic key", "sk-ant-", "[a-z]{3,12}\\d{2}-[A-Za-z0-9_-]{80,130}"),
  // Every key of theirs has this in its middle.
  form(
    "openai-key",
    "OpenAI key",
    "sk-",
    "[A-Za-z0-9_-]{40,250}",
    (token) => token.includes("T3BlbkFJ") && isRandom(token.slice(3), 4),
  ),
  form("huggingface-token", "Hugging Face token", "hf_", "[A-Za-z]{34}", (token) => isRandom(token.slice(3), 4)),
  form("vault-token", "Vault token", "hvs.", "[A-Za-z0-9_-]{24,250}"),
  form("vault-token", "Vault token", "hvb.", "[A-Za-z0-9_-]{100,300}"),
  ...["dop_v1_", "doo_v1_", "dor_v1_"].map(digitalOcean),
];
