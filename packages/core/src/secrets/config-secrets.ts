/** Secrets in what an image says of itself: variables, labels and the commands of its history. */
import { parseCommand } from "../model/build-command.ts";
import type { HistoryStep, ImageConfig } from "../model/image.ts";
import { findTokens, findUrlPasswords, findWebTokens } from "./find-tokens.ts";
import { MatchList } from "./match-list.ts";
import { NAMED_SECRET } from "./named-values.ts";
import { isPlaceholder, isSetSecret } from "./plausible-value.ts";
import { findPemKeys } from "./private-keys.ts";
import type { SecretMatch } from "./secret.ts";
import { isSecretName, titleOfName } from "./secret-names.ts";

/** More than any builder writes; a longer one is hostile. */
const LONGEST_TEXT = 256 * 1024;
const MOST_TEXTS = 5000;

export interface NamedMatch {
  readonly name: string;
  readonly match: SecretMatch;
}

export function secretsInVariables(config: ImageConfig): NamedMatch[] {
  return config.env.slice(0, MOST_TEXTS).flatMap((variable) => {
    const equals = variable.indexOf("=");
    if (equals <= 0) return [];
    return secretsInValue(variable.slice(0, equals), variable.slice(equals + 1));
  });
}

export function secretsInLabels(config: ImageConfig): NamedMatch[] {
  return Object.entries(config.labels)
    .slice(0, MOST_TEXTS)
    .flatMap(([name, value]) => secretsInValue(name, value));
}

function secretsInValue(name: string, value: string): NamedMatch[] {
  return (searchValue(name, value).result() ?? []).map((match) => ({ name, match }));
}

function searchValue(name: string, value: string): MatchList {
  const list = MatchList.of(value.slice(0, LONGEST_TEXT));
  findInText(list);
  if (isSecretName(name) && isSetSecret(value)) list.add(NAMED_SECRET, titleOfName(name), 0, list.text.length);
  return list;
}

/** The values themselves, of variables, labels and the history: to hide them wherever else they stand. */
export function secretValues({ env, labels, history }: ImageConfig): string[] {
  const named = [
    ...env.slice(0, MOST_TEXTS).map((variable) => variable.split(/=(.*)/s)),
    ...Object.entries(labels).slice(0, MOST_TEXTS),
  ];
  return [
    ...named.flatMap(([name = "", value = ""]) => searchValue(name, value).values),
    ...history.slice(0, MOST_TEXTS).flatMap((step) => searchStep(step).flatMap(({ values }) => values)),
  ];
}

function findInText(list: MatchList): void {
  findPemKeys(list);
  findTokens(list);
  findWebTokens(list);
  findUrlPasswords(list);
}

/** What a step's command has in it, its build arguments included. */
export function secretsInStep(step: HistoryStep): readonly SecretMatch[] {
  return searchStep(step).flatMap((list) => list.result() ?? []);
}

function searchStep(step: HistoryStep): MatchList[] {
  const createdBy = step.createdBy?.slice(0, LONGEST_TEXT);
  if (createdBy === undefined) return [];
  const { keyword, buildArguments, body } = parseCommand(createdBy);
  const command = searchCommand(keyword, body);
  if (buildArguments === "") return [command];
  const list = MatchList.of(buildArguments);
  findInText(list);
  findArguments(list);
  return [command, list];
}

function searchCommand(keyword: string | undefined, body: string): MatchList {
  const list = MatchList.of(body);
  findInText(list);
  if (keyword === "ARG" || keyword === "ENV" || keyword === "LABEL") findAssignments(list);
  else if (keyword === "RUN" || keyword === undefined) {
    findAssignments(list);
    for (const option of OPTIONS) findOption(list, option);
  }
  return list;
}

/** `A=1 B=two words`: values stand as they are, so each goes on until the next name. */
function findArguments(list: MatchList): void {
  const names = [...list.text.matchAll(/(?:^|(?<= ))([A-Za-z_][A-Za-z0-9_]{0,200})=/g)];
  for (const [index, found] of names.entries()) {
    const name = found[1] ?? "";
    const start = found.index + found[0].length;
    const end = names[index + 1]?.index ?? list.text.length;
    addNamed(list, name, start, list.text.slice(start, end).trimEnd());
  }
}

const ASSIGNMENT =
  /(?<![\w.$/-])([A-Za-z_][\w.-]{0,200})=(?:"([^"\n]{1,5000})"|'([^'\n]{1,5000})'|([^\s"';&|<>()]{1,5000}))/g;
/** Docker's old way to write a variable: name and value with a blank between them. */
const OLD_VARIABLE = /^([A-Za-z_]\w{0,200})[ \t]{1,20}([^\s=]{1,5000})$/;

function findAssignments(list: MatchList): void {
  for (const found of list.text.matchAll(ASSIGNMENT)) {
    const value = found[2] ?? found[3] ?? found[4] ?? "";
    addNamed(list, found[1] ?? "", found.index + found[0].lastIndexOf(value), value);
  }
  const old = OLD_VARIABLE.exec(list.text);
  if (old?.[1] !== undefined && old[2] !== undefined) addNamed(list, old[1], list.text.length - old[2].length, old[2]);
}

function addNamed(list: MatchList, name: string, start: number, value: string): void {
  if (!isSecretName(name) || !isSetSecret(value)) return;
  list.add(NAMED_SECRET, titleOfName(name), start, start + value.length);
}

/** How commands are given a secret; the last group is what may be one. */
const OPTIONS: readonly { readonly title: string; readonly pattern: RegExp }[] = [
  {
    title: "password",
    pattern: /(?<!\S)--?(?:[a-z]{1,20}-){0,3}(?:password|passwd|pass|passphrase)[= ]["']?([^\s"';&|]{4,500})/g,
  },
  {
    title: "token",
    pattern: /(?<!\S)--?(?:[a-z]{1,20}-){0,3}(?:token|secret|api-?key|secret-key)[= ]["']?([^\s"';&|]{8,500})/g,
  },
  { title: "token", pattern: /[Aa]uthorization: {0,5}(?:[Bb]earer|[Bb]asic|[Tt]oken) {1,5}([^\s"';&|]{8,2000})/g },
  { title: "token", pattern: /(?:PRIVATE-TOKEN|[Xx]-[A-Za-z-]{0,40}(?:[Tt]oken|[Kk]ey)): {0,5}([^\s"';&|]{8,2000})/g },
  { title: "password", pattern: /(?<!\S)(?:-u|--user)[= ]["']?[^\s:"'$]{1,100}:([^\s"';&|/]{4,500})/g },
  { title: "password", pattern: /(?<!\S)sshpass +-p *["']?([^\s"';&|]{4,500})/g },
  {
    title: "password",
    pattern: /["'\s][a-z_][a-z0-9_-]{0,31}:([^\s"':;&|]{4,200})["']? {0,5}\| {0,5}(?:sudo )?chpasswd(?! +-e)/g,
  },
];

function findOption(list: MatchList, { title, pattern }: (typeof OPTIONS)[number]): void {
  for (const found of list.text.matchAll(pattern)) {
    const value = found[1] ?? "";
    if (isPlaceholder(value) || !isSetSecret(value) || isOwner(list.text, found)) continue;
    const start = found.index + found[0].lastIndexOf(value);
    list.add(NAMED_SECRET, title, start, start + value.length);
  }
}

/** `--user=1000:1000` and `-u node:staff` name users, unless the program is one that logs in. */
function isOwner(text: string, found: RegExpExecArray): boolean {
  if (!/^(?:-u|--user)/.test(found[0])) return false;
  return !/\b(?:curl|wget|http|https|svn|mysql)\b/.test(text.slice(Math.max(0, found.index - 300), found.index));
}
