/** Words that ask what a path is, not what it is called. */
import { type EntryType, VIEW_STATES } from "@layerscope/core";
import type { QueryError } from "./parse-query.ts";
import type { Version } from "./versions.ts";

export interface Qualifier {
  readonly holds: (version: Version) => boolean;
}

type Test = Qualifier["holds"];

const { hidden: _, unchanged, ...CHANGES } = VIEW_STATES;

const IS: Readonly<Record<string, Test>> = {
  ...Object.fromEntries(Object.entries(CHANGES).map(([change, state]) => [change, hasState(state)])),
  unchanged: hasState(unchanged),
  wasted: (version) => version.isWasted,
};

const TYPES: Readonly<Record<string, readonly EntryType[]>> = {
  file: ["file"],
  dir: ["directory"],
  link: ["symlink"],
  device: ["char", "block"],
  pipe: ["fifo"],
};

/** The mode of a symlink says nothing. */
const MODES: Readonly<Record<string, Test>> = {
  setuid: hasMode(0o4000),
  setgid: hasMode(0o2000),
  sticky: hasMode(0o1000),
  "world-writable": hasMode(0o002),
  // That a directory can be entered is nothing special.
  executable: (version) => version.type === "file" && (version.mode & 0o111) !== 0,
};

/** By name: makes the test of one value, undefined for a wrong one, and says which there are. */
const QUALIFIERS: Readonly<
  Record<string, { readonly parse: (value: string) => Test | undefined; readonly values: string }>
> = {
  is: { parse: (value) => own(IS, value), values: listOf(IS) },
  type: { parse: parseType, values: listOf(TYPES) },
  mode: { parse: (value) => own(MODES, value), values: listOf(MODES) },
  owner: { parse: parseOwner, values: "a user and maybe a group by number, as in owner:0 or owner:1000:50" },
  layer: { parse: parseLayer, values: "the number of a layer, as in layer:3" },
};

const UNIT_LETTERS = ["k", "m", "g", "t", "p"];

/** What a word like `is:added,removed` or `size>10MB` asks for; undefined when it is a word like any other. */
export function parseQualifier(word: string): Qualifier | QueryError | undefined {
  if (word === "setuid") return { holds: MODES.setuid as Test };
  const size = /^size(?=[<>=:])/.exec(word);
  if (size) return parseSize(word.slice(size[0].length));
  const [, name, list] = /^([a-z]+):(.*)$/s.exec(word) ?? [];
  if (name === undefined || list === undefined) return undefined;
  const qualifier = own(QUALIFIERS, name);
  if (!qualifier) {
    const names = [...Object.keys(QUALIFIERS).map((each) => `${each}:`), "size>"];
    return { error: `there is no ${name}: but ${names.join(" ")}; put "${word}" in quotes to look for it` };
  }
  const tests: Test[] = [];
  for (const value of list.split(",")) {
    const test = qualifier.parse(value);
    if (!test) return { error: `${name}: takes ${qualifier.values}${value === "" ? "" : `; not ${value}`}` };
    tests.push(test);
  }
  const [only, ...others] = tests;
  if (only && others.length === 0) return { holds: only };
  return { holds: (version) => tests.some((test) => test(version)) };
}

function parseSize(text: string): Qualifier | QueryError {
  const [, sign, number, unit] = /^(>=|<=|>|<|=)(\d{1,15}(?:\.\d{1,9})?)([a-z]{0,3})$/i.exec(text) ?? [];
  const factor = unitOf(unit?.toLowerCase() ?? "");
  if (number === undefined || factor === undefined) {
    return { error: "size takes > >= < <= or = and a number of bytes, kB, MB, GB, KiB, MiB or GiB, as in size>10MB" };
  }
  const bytes = Number(number) * factor;
  switch (sign) {
    case ">":
      return { holds: ({ size }) => size > bytes };
    case ">=":
      return { holds: ({ size }) => size >= bytes };
    case "<":
      return { holds: ({ size }) => size < bytes };
    case "<=":
      return { holds: ({ size }) => size <= bytes };
    default:
      return { holds: ({ size }) => size === bytes };
  }
}

/** Bytes of a unit, lower-case: `k`, `kb` and the like are powers of 1000, `ki` and `kib` of 1024. */
function unitOf(unit: string): number | undefined {
  const exponent = UNIT_LETTERS.indexOf(unit[0] ?? "") + 1;
  if (exponent === 0) return unit === "" || unit === "b" ? 1 : undefined;
  switch (unit.slice(1)) {
    case "":
    case "b":
      return 1000 ** exponent;
    case "i":
    case "ib":
      return 1024 ** exponent;
    default:
      return undefined;
  }
}

function parseType(value: string): Test | undefined {
  const types = own(TYPES, value);
  return types && ((version) => types.includes(version.type));
}

function parseOwner(value: string): Test | undefined {
  const [, user, group] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(value) ?? [];
  if (user === undefined) return undefined;
  const uid = Number(user);
  if (group === undefined) return (version) => version.uid === uid;
  const gid = Number(group);
  return (version) => version.uid === uid && version.gid === gid;
}

function parseLayer(value: string): Test | undefined {
  if (!/^\d{1,6}$/.test(value)) return undefined;
  const layer = Number(value);
  return (version) => version.layer === layer;
}

function hasState(state: number): Test {
  return (version) => version.state === state;
}

function hasMode(bits: number): Test {
  return (version) => (version.mode & bits) !== 0 && version.type !== "symlink";
}

function listOf(values: Readonly<Record<string, unknown>>): string {
  return Object.keys(values).join(", ");
}

/** A property of the table's own: `constructor` is not one. */
function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
