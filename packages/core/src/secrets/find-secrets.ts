/** Secrets in the content of a file. */
import { createHash } from "node:crypto";
import type { FileBytes, InspectedFile } from "../layer/file-inspector.ts";
import { readKubernetesConfig } from "./credential-files.ts";
import { findTokens, findUrlPasswords, findWebTokens } from "./find-tokens.ts";
import { keyStoreMatch } from "./key-stores.ts";
import { type LookedFor, lookedFor } from "./looked-into.ts";
import { MatchList } from "./match-list.ts";
import { findNamedValues, findVariables } from "./named-values.ts";
import { isRandomSecret } from "./plausible-value.ts";
import { findGnupgKey, findPemKeys, findPuttyKey, type KeyContext } from "./private-keys.ts";
import type { SecretMatch } from "./secret.ts";
import { ALL_TELLS, TELLS, tellsOf } from "./telling-words.ts";

/** Whether a file is looked into for secrets: by its name, size and directory. Asked of every file of every layer. */
export function wantsForSecrets(file: InspectedFile): boolean {
  return lookedFor(file) !== undefined;
}

/**
 * What in a file should not be in an image; undefined when there is nothing. Never throws; work is linear in the size of the
 * file.
 */
export function findSecretsInFile(file: InspectedFile, bytes: FileBytes): readonly SecretMatch[] | undefined {
  const wanted = lookedFor(file);
  if (!wanted) return undefined;
  if (wanted.kind === "history") return historyOf(bytes);
  // What fills more than a page is mostly no text, and need not be read then.
  if (wanted.kind === "text" && bytes.size > 8 * START && !isText(inUtf8(asBuffer(bytes.read(0, START)))))
    return undefined;
  const stored = asBuffer(bytes.read(0, bytes.size));
  if (wanted.kind === "key-store") {
    const match = keyStoreMatch(stored);
    return match && [match];
  }
  const content = inUtf8(stored);
  if (!isText(content)) return undefined;
  const tells = isAllAboutSecrets(wanted) ? ALL_TELLS : tellsOf(content, wanted.isExample ? TELLS.TOKEN : ALL_TELLS);
  if (tells === 0) return undefined;
  const list = new MatchList(content, { hasLines: true });
  findInText(list, file, wanted, tells);
  return list.result();
}

const START = 8192;

/** Programs of Windows write UTF-16, and begin the file with a mark that says so. */
function inUtf8(content: Buffer): Buffer {
  const isLittleEndian = content[0] === 0xff && content[1] === 0xfe;
  if (!isLittleEndian && !(content[0] === 0xfe && content[1] === 0xff)) return content;
  const units = content.subarray(2, content.length - (content.length % 2));
  return Buffer.from((isLittleEndian ? units : Buffer.from(units).swap16()).toString("utf16le"), "utf8");
}

/** A text has no zeros; what has some is a program or a picture with such a name. */
function isText(content: Uint8Array): boolean {
  return !content.subarray(0, START).includes(0);
}

function asBuffer({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}

/** Of configurations and programs most have nothing secret, of other files that are looked into many. */
function isAllAboutSecrets({ named, isExample }: LookedForText): boolean {
  return named !== "program" && named !== "configuration" && !isExample;
}

type LookedForText = LookedFor & { readonly kind: "text" };

function findInText(list: MatchList, file: InspectedFile, wanted: LookedForText, tells: number): void {
  const { reader, named, isExample } = wanted;
  const tell = (bit: number): boolean => (tells & bit) !== 0;
  if (!isExample && tell(TELLS.PEM_KEY)) {
    findPemKeys(list, keyContext(file, list.text));
    if (named === "none") {
      findPuttyKey(list);
      if (file.path.includes("private-keys-v1.d/")) findGnupgKey(list);
    }
  }
  if (tell(TELLS.TOKEN)) findTokens(list);
  if (isExample) return;
  // Programs explain in comments what URLs look like.
  if (tell(TELLS.URL)) findUrlPasswords(list, named === "program" ? isRandomInUrl : undefined);
  reader?.(list);
  if (named === "configuration" && tell(TELLS.CLUSTER)) readKubernetesConfig(list);
  if (named === "set") {
    findWebTokens(list);
    findVariables(list);
  } else if (named !== "none" && tell(TELLS.NAME)) findNamedValues(list, named);
}

/** What is encoded, or a list of hosts, is there to show what a URL may look like. */
function isRandomInUrl(password: string): boolean {
  return isRandomSecret(password) && !/[%,:]/.test(password);
}

function keyContext(file: InspectedFile, text: string): KeyContext {
  const { name } = file;
  // Debian makes one when it installs the package; each image built from the same layer shares it.
  if (name === "ssl-cert-snakeoil.key") return { kind: "snakeoil-key", title: "snakeoil key" };
  if (name.startsWith("ssh_host_")) return { title: "SSH host key" };
  const isServiceAccount = name.endsWith(".json") && /"type"\s{0,20}:\s{0,20}"service_account"/.test(text);
  return isServiceAccount ? { kind: "gcp-service-account", title: "Google key" } : {};
}

const CHUNK = 256 * 1024;
/** A history that is longer is told from another by its beginning. */
const MOST_OF_HISTORY = 16 * CHUNK;

/** What people type is theirs alone, so the whole file is the finding. */
function historyOf(bytes: FileBytes): readonly SecretMatch[] | undefined {
  const hash = createHash("sha256");
  let isBlank = true;
  for (let offset = 0; offset < Math.min(bytes.size, MOST_OF_HISTORY); offset += CHUNK) {
    const chunk = bytes.read(offset, CHUNK);
    if (chunk.length === 0) break;
    hash.update(chunk);
    isBlank = isBlank && chunk.every((byte) => byte <= 0x20);
  }
  if (isBlank) return undefined;
  const fingerprint = hash.digest("hex").slice(0, 16);
  return [{ kind: "shell-history", title: "command history", masked: "…", fingerprint, line: undefined }];
}
