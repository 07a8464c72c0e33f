/** What may come next on a command line, from the definitions that the command line is parsed with. */
import { RULES, WASTE_CAUSES } from "@layerscope/core";
import type { Argument, Command, Option } from "commander";
import { FORMAT_NAMES } from "../budgets/output-formats.ts";
import { PACKAGE_FORMATS } from "../commands/package-formats.ts";
import { PULL } from "../sources/source-options.ts";

interface Candidate {
  readonly word: string;
  readonly description: string;
}

export interface Completion {
  /** What may come besides the candidates; the shell looks for it. */
  readonly paths: "files" | "directories" | "none";
  /** How the word begins that is being typed, when candidates and paths are only the rest of it: `--format=junit=`. */
  readonly prefix: string;
  readonly candidates: readonly Candidate[];
}

/** Words that are the command's arguments, as `withCommand` of the command line has them. */
export type Normalise = (words: readonly string[]) => readonly string[];

const NOTHING: Completion = { paths: "none", prefix: "", candidates: [] };

/** The usual ones; any other can be typed. */
const PLATFORMS = [
  "linux/amd64",
  "linux/arm64",
  "linux/arm/v7",
  "linux/arm/v6",
  "linux/386",
  "linux/ppc64le",
  "linux/riscv64",
  "linux/s390x",
  "windows/amd64",
];

const RULE_LEVELS = ["error", "warn", "off"];

/** Options with values that can be listed, by their flags: some options of one name take other values. */
const VALUES = new Map<string, readonly Candidate[]>([
  ["--cause <cause>", named(WASTE_CAUSES)],
  ["--format <name[=file]>", named(FORMAT_NAMES)],
  ["--format <name>", named(PACKAGE_FORMATS)],
  ["--layers <image|own|base|n>", named(["image", "own", "base"])],
  ["--platform <os/arch[/variant]>", named(PLATFORMS)],
  ["--pull <never|missing|always>", named(PULL)],
  ["--rule <id[=level]>", RULES.map(({ id, title }) => ({ word: id, description: title }))],
]);

function named(words: readonly string[]): Candidate[] {
  return words.map((word) => ({ word, description: "" }));
}

/**
 * What may come next.
 * @param words all words after the command's name, up to the cursor; the last one is being typed and may be empty
 */
export function completeLine(program: Command, words: readonly string[], normalise: Normalise): Completion {
  const typed = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const [name, ...rest] = normalise(before);
  const command = program.commands.find((one) => one.name() === name);
  const completion = command ? completeCommand(command, rest, typed) : completeCommand(program, before, typed);
  if (before.length > 0 || typed.startsWith("-")) return completion;
  return { ...completion, candidates: commandNames(program) };
}

function commandNames(program: Command): Candidate[] {
  const commands = program.createHelp().visibleCommands(program);
  return commands.map((command) => ({ word: command.name(), description: command.description() }));
}

function completeCommand(command: Command, before: readonly string[], typed: string): Completion {
  const options = command.createHelp().visibleOptions(command);
  const { given, operands, awaiting, ended } = readWords(options, before);
  if (awaiting && (awaiting.required || !typed.startsWith("-"))) return valuesOf(awaiting, typed, "");
  if (!ended && typed.startsWith("-")) {
    return typed.includes("=")
      ? valueOfAssignment(options, typed)
      : { ...NOTHING, candidates: optionNames(options, given, typed) };
  }
  const { registeredArguments: known } = command;
  const last = known.at(-1);
  return operandsOf(known[operands] ?? (last?.variadic ? last : undefined));
}

interface Standing {
  readonly given: ReadonlySet<Option>;
  readonly operands: number;
  /** The option that the next word is, or may be, the value of. */
  readonly awaiting: Option | undefined;
  /** Whether `--` was there, after which nothing is an option. */
  readonly ended: boolean;
}

function readWords(options: readonly Option[], words: readonly string[]): Standing {
  const given = new Set<Option>();
  let operands = 0;
  let awaiting: Option | undefined;
  let ended = false;
  for (const word of words) {
    const isOption = !ended && word.startsWith("-") && word !== "-";
    if (awaiting && (awaiting.required || !isOption)) {
      awaiting = undefined;
      continue;
    }
    awaiting = undefined;
    if (!isOption) operands++;
    else if (word === "--") ended = true;
    else {
      const option = optionOf(options, word);
      if (!option) continue;
      given.add(option);
      if (takesValue(option) && !word.includes("=")) awaiting = option;
    }
  }
  return { given, operands, awaiting, ended };
}

/** `--base=app`: the word has the option and the beginning of its value. */
function valueOfAssignment(options: readonly Option[], typed: string): Completion {
  const end = typed.indexOf("=") + 1;
  const option = optionOf(options, typed);
  return option && takesValue(option) ? valuesOf(option, typed.slice(end), typed.slice(0, end)) : NOTHING;
}

function optionOf(options: readonly Option[], word: string): Option | undefined {
  const [name] = word.split("=", 1);
  return options.find(({ long, short }) => long === name || short === name);
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function optionNames(options: readonly Option[], given: ReadonlySet<Option>, typed: string): Candidate[] {
  // An option with a parser gathers what it is given.
  const possible = options.filter((option) => !given.has(option) || option.parseArg !== undefined);
  return possible.flatMap(({ long, short, description }) => {
    const names = [long, typed.startsWith("--") ? undefined : short];
    return names.flatMap((word) => (word === undefined ? [] : [{ word, description }]));
  });
}

function valuesOf(option: Option, typed: string, prefix: string): Completion {
  const values = VALUES.get(option.flags) ?? [];
  const placeholder = /[<[](.*)[\]>]$/.exec(option.flags)?.[1];
  if (placeholder === "file" || placeholder === "image") return { ...NOTHING, paths: "files", prefix };
  if (placeholder === "directory") return { ...NOTHING, paths: "directories", prefix };
  const name = values.find(({ word }) => typed.startsWith(`${word}=`))?.word;
  if (name !== undefined && placeholder?.endsWith("[=file]")) {
    return { ...NOTHING, paths: "files", prefix: `${prefix}${name}=` };
  }
  if (name !== undefined && placeholder?.endsWith("[=level]")) {
    return { ...NOTHING, prefix: `${prefix}${name}=`, candidates: named(RULE_LEVELS) };
  }
  return { ...NOTHING, prefix, candidates: values };
}

function operandsOf(argument: Argument | undefined): Completion {
  if (argument?.name() === "image" || argument?.name() === "args") return { ...NOTHING, paths: "files" };
  return { ...NOTHING, candidates: named(argument?.argChoices ?? []) };
}
