/** Which files are looked into for secrets, and for what. Names come first: most files are none of these. */
import type { InspectedFile } from "../layer/file-inspector.ts";
import type { NamePattern } from "../layer/name-filter.ts";
import {
  type CredentialReader,
  readAwsCredentials,
  readCargoCredentials,
  readGemCredentials,
  readGitConfig,
  readKubernetesConfig,
  readMavenSettings,
  readMysqlSettings,
  readNetrc,
  readNpmSettings,
  readPasswordHashes,
  readPostgresPasswords,
  readPypiSettings,
  readRegistryCredentials,
  readVariables,
  readVaultToken,
} from "./credential-files.ts";
import { PLACE, placeOf } from "./places.ts";

export type LookedFor =
  /** The file itself is what should not be there. */
  | { readonly kind: "history" }
  | { readonly kind: "key-store" }
  /** Keys, tokens and passwords in URLs; what else depends. */
  | {
      readonly kind: "text";
      readonly reader?: CredentialReader | undefined;
      /** Which named values count: those of a file of variables, of any configuration, of a program; or none. */
      readonly named: "set" | "configuration" | "program" | "none";
      /** It is of tests or documentation, so keys and passwords are examples. */
      readonly isExample: boolean;
    };

const HISTORIES = new Set(
  (
    ".bash_history .zsh_history .ash_history .sh_history .ksh_history .history fish_history .psql_history .mysql_history " +
    ".mariadb_history .python_history .sqlite_history .rediscli_history .dbshell .mongo_history .node_repl_history " +
    ".irb_history .pry_history .php_history .influx_history"
  ).split(" "),
);

interface KnownFile {
  /** The end of the directory's path; any directory when left out. */
  readonly inside?: string;
  readonly reader: CredentialReader;
}

const KNOWN: ReadonlyMap<string, readonly KnownFile[]> = new Map<string, readonly KnownFile[]>([
  [
    "credentials",
    [
      { inside: ".aws", reader: readAwsCredentials },
      { inside: ".cargo", reader: readCargoCredentials },
      { inside: "cargo", reader: readCargoCredentials },
      { inside: ".gem", reader: readGemCredentials },
    ],
  ],
  [
    "config",
    [
      { inside: ".aws", reader: readAwsCredentials },
      { inside: ".git", reader: readGitConfig },
      { inside: ".kube", reader: readKubernetesConfig },
    ],
  ],
  [
    "credentials.toml",
    [
      { inside: ".cargo", reader: readCargoCredentials },
      { inside: "cargo", reader: readCargoCredentials },
    ],
  ],
  [
    "config.json",
    [
      { inside: ".docker", reader: readRegistryCredentials },
      { inside: "kaniko/.docker", reader: readRegistryCredentials },
    ],
  ],
  [".dockercfg", [{ reader: readRegistryCredentials }]],
  [".dockerconfigjson", [{ reader: readRegistryCredentials }]],
  ["auth.json", [{ inside: "containers", reader: readRegistryCredentials }]],
  [".npmrc", [{ reader: readNpmSettings }]],
  ["npmrc", [{ reader: readNpmSettings }]],
  [".pypirc", [{ reader: readPypiSettings }]],
  [".netrc", [{ reader: readNetrc }]],
  ["_netrc", [{ reader: readNetrc }]],
  [".gitconfig", [{ reader: readGitConfig }]],
  [".git-credentials", [{ reader: readGitConfig }]],
  [".pgpass", [{ reader: readPostgresPasswords }]],
  [".my.cnf", [{ reader: readMysqlSettings }]],
  [".vault-token", [{ reader: readVaultToken }]],
  ["settings.xml", [{ inside: ".m2", reader: readMavenSettings }]],
  ["kubeconfig", [{ reader: readKubernetesConfig }]],
  ["k3s.yaml", [{ reader: readKubernetesConfig }]],
  ["admin.conf", [{ inside: "etc/kubernetes", reader: readKubernetesConfig }]],
  ["shadow", [{ inside: "etc", reader: readPasswordHashes }]],
  ["shadow-", [{ inside: "etc", reader: readPasswordHashes }]],
  [".htpasswd", [{ reader: readPasswordHashes }]],
  ["htpasswd", [{ reader: readPasswordHashes }]],
  [".s3cfg", [{ reader: readVariables }]],
  [".boto", [{ reader: readVariables }]],
  ["environment", [{ inside: "etc", reader: readVariables }]],
  [".envrc", [{ reader: readVariables }]],
]);

const KEY_STORES = new Set("p12 pfx jks keystore ks jceks".split(" "));
const KEYS = new Set("pem key ppk asc crt cer cert p8 pk8".split(" "));
/** Ends of names without an extension. */
const KEY_ENDINGS = "_rsa _dsa _ecdsa _ed25519 deploy_key deploy-key private_key private-key ssh_key ssh-key".split(
  " ",
);
/** Shell scripts are among them: their values need no quotes either. */
const CONFIGURATIONS = new Set(
  "yml yaml json toml ini conf cfg cnf properties xml tfvars config plist kubeconfig hcl sh bash zsh bashrc profile zshrc".split(
    " ",
  ),
);
const PROGRAMS = new Set(
  "py js mjs cjs jsx ts mts cts tsx rb php ps1 tf go java kt cs pl lua groovy gradle".split(" "),
);
/** Written by package managers, large, and without anything of one's own. */
const NEVER = new Set(
  "package-lock.json npm-shrinkwrap.json composer.lock pnpm-lock.yaml tsconfig.json debug.keystore".split(" "),
);
const SAMPLE = /(?:^|[.-])(?:examples?|samples?|template|tmpl|tpl|dist|defaults?|test|tests|spec)(?:[.-]|$)/i;

/** As test runners of Go, Python, Ruby and others find what tests a program. */
const TEST_PROGRAM = /^test_|_(?:test|tests|spec)\.[a-z]+$/;

/** In bytes. Larger programs were put together by programs. */
const LARGEST_PROGRAM = 64 * 1024;
const LARGEST_CONFIGURATION = 256 * 1024;
const LARGEST_KNOWN = 1024 * 1024;
const LARGEST: Partial<Record<Kind | "known", number>> = {
  configuration: LARGEST_CONFIGURATION,
  program: LARGEST_PROGRAM,
};

const HISTORY: LookedFor = { kind: "history" };
const KEY_STORE: LookedFor = { kind: "key-store" };

/** What all of these may be called. */
export const SECRET_NAMES: readonly NamePattern[] = [
  ...HISTORIES,
  ...KNOWN.keys(),
  ...[...KEY_STORES, ...KEYS, ...CONFIGURATIONS, ...PROGRAMS, "env"].map((extension) => `*.${extension}`),
  ...KEY_ENDINGS.map((ending) => `*${ending}`),
  ...[".env.*", "id_*", "ssh_host_*", "Dockerfile*", "Containerfile", "Jenkinsfile", "/.ssh"],
];

/** What to look for in a file; undefined when it is not to be looked into. */
export function lookedFor(file: InspectedFile): LookedFor | undefined {
  const place = placeOf(file.paths, file.paths.parentOf(file.node));
  if (place === PLACE.PACKAGES) return undefined;
  const { name } = file;
  const dot = name.lastIndexOf(".");
  const extension = dot < 0 ? "" : name.slice(dot + 1);
  const known = KNOWN.get(name);
  const kind = known ? "known" : (kindByName(name, extension) ?? kindByDirectory(file, extension));
  if (kind === undefined) return undefined;
  if (kind === "history") return HISTORY;
  if (file.size > (LARGEST[kind] ?? LARGEST_KNOWN)) return undefined;
  const isTest = kind === "program" && TEST_PROGRAM.test(name);
  const isExample = isTest || place === PLACE.EXAMPLES || SAMPLE.test(name);
  if (kind === "key-store") return isExample ? undefined : KEY_STORE;
  if (kind === "key" || kind === "configuration" || kind === "program") {
    return { kind: "text", named: kind === "key" || isExample ? "none" : kind, isExample };
  }
  if (kind === "variables") return { kind: "text", named: isExample ? "none" : "set", isExample };
  const reader = known?.find(({ inside }) => inside === undefined || isInside(file.path, inside))?.reader;
  if (reader) return { kind: "text", reader: isExample ? undefined : reader, named: "none", isExample };
  return CONFIGURATIONS.has(extension)
    ? { kind: "text", named: isExample ? "none" : "configuration", isExample }
    : undefined;
}

type Kind = "history" | "key-store" | "key" | "variables" | "configuration" | "program";

const KINDS: ReadonlyMap<string, Kind> = new Map(
  [
    [["env"], "variables"] as const,
    [CONFIGURATIONS, "configuration"] as const,
    [PROGRAMS, "program"] as const,
    [KEYS, "key"] as const,
    [KEY_STORES, "key-store"] as const,
  ].flatMap(([extensions, kind]) => [...extensions].map((extension) => [extension, kind] as const)),
);

function kindByName(name: string, extension: string): Kind | undefined {
  if (HISTORIES.has(name)) return "history";
  if (NEVER.has(name)) return undefined;
  if (name.startsWith(".env.")) return "variables";
  const kind = KINDS.get(extension);
  if (kind) return kind === "program" && (name.endsWith(".min.js") || name.endsWith(".d.ts")) ? undefined : kind;
  if (name.startsWith("id_") || name.startsWith("ssh_host_")) return extension === "pub" ? undefined : "key";
  if (extension === "" && KEY_ENDINGS.some((ending) => name.endsWith(ending))) return "key";
  if (name.startsWith("Dockerfile") || name === "Containerfile" || name === "Jenkinsfile") return "configuration";
  return undefined;
}

const SSH_LENGTH = ".ssh".length;

/** Keys in `.ssh` are called as people like. */
function kindByDirectory({ paths, node }: InspectedFile, extension: string): Kind | undefined {
  const parent = paths.parentOf(node);
  if (paths.nameEndOf(parent) - paths.nameStartOf(parent) !== SSH_LENGTH || extension === "pub") return undefined;
  return paths.plainNameOf(parent) === ".ssh" ? "key" : undefined;
}

function isInside(path: string, directory: string): boolean {
  const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  return parent === directory || parent.endsWith(`/${directory}`);
}
