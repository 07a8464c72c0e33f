/**
 * Ruby gems: RubyGems writes `specifications/NAME-VERSION.gemspec` for every gem that it installs. It is Ruby, but of few
 * forms, one statement a line; it is never run.
 */
import type { FileBytes, InspectedFile } from "../layer/file-inspector.ts";
import { forEachLine } from "./database-text.ts";
import {
  baseOf,
  below,
  declaredNames,
  declaredText,
  directoryOf,
  MEBIBYTE,
  resolvedFrom,
  startAsText,
} from "./declaration-text.ts";
import type { DeclaredPackage, FileClaim, PackageFacts } from "./package.ts";
import type { PackageReader } from "./package-reader.ts";
import { PathBudget } from "./path-budget.ts";

const ENDING = ".gemspec";
/** What building a gem's native parts printed; it lies beside them, below a platform that the specification does not name. */
const BUILD_LOG = "gem_make.out";
/** RubyGems reads what follows in place of the statements where it can. */
const STUB = "# stub: ";
const LARGEST = MEBIBYTE;
const LONGEST_LINE = 256 * 1024;
const MOST_TEXTS = 10_000;

export const gemReader: PackageReader = {
  names: [`*${ENDING}`, BUILD_LOG],

  wants(file: InspectedFile): boolean {
    const { name } = file;
    if (name.endsWith(ENDING)) return homeOf(file.path) !== undefined;
    return name === BUILD_LOG && extensionOf(file.path) !== undefined;
  },

  read(file: InspectedFile, bytes: FileBytes): PackageFacts | undefined {
    if (file.name === BUILD_LOG) return builtExtension(file.path);
    const statements = readStatements(startAsText(bytes, LARGEST));
    const { name, version } = statements;
    const home = homeOf(file.path);
    if (home === undefined || name === undefined || version === undefined) return undefined;
    const gem: DeclaredPackage = {
      type: "gem",
      name,
      version,
      license: declaredText(statements.licenses.join(" OR ")),
      requires: declaredNames(statements.requires),
      claims: claimsOf(file, home, statements),
    };
    return { packages: [gem] };
  },
};

/** The directory that RubyGems installs into, such as `usr/local/bundle`; undefined where the path is not laid out like it. */
function homeOf(path: string): string | undefined {
  const directory = directoryOf(path);
  const specifications = isDefault(directory) ? directoryOf(directory) : directory;
  return baseOf(specifications) === "specifications" ? directoryOf(specifications) : undefined;
}

/** Gems that Ruby brings along lie among its own library. */
function isDefault(directory: string): boolean {
  return baseOf(directory) === "default";
}

/** `HOME/extensions/PLATFORM/RUBY/NAME-VERSION/gem_make.out`: the home and the directory of the gem. */
function extensionOf(path: string): { readonly home: string; readonly directory: string } | undefined {
  const directory = directoryOf(path);
  const extensions = directoryOf(directoryOf(directoryOf(directory)));
  return baseOf(extensions) === "extensions" ? { home: directoryOf(extensions), directory } : undefined;
}

function builtExtension(path: string): PackageFacts | undefined {
  const extension = extensionOf(path);
  if (!extension) return undefined;
  const { home, directory } = extension;
  const declaredBy = below(home, `specifications/${baseOf(directory)}${ENDING}`);
  return { claimsFor: { declaredBy, claims: [{ kind: "below", path: directory }] } };
}

function claimsOf(file: InspectedFile, home: string, statements: Statements): readonly FileClaim[] {
  const fullName = file.name.slice(0, -ENDING.length);
  const claims: FileClaim[] = [{ kind: "itself" }];
  // The file is named after the gem, with its platform where it has native parts.
  if (!fullName.startsWith(`${statements.name}-${statements.version}`)) return claims;
  claims.push({ kind: "below", path: below(home, `gems/${fullName}`) });
  claims.push({ kind: "below", path: below(home, `doc/${fullName}`) });
  claims.push({ kind: "files", paths: [below(home, `cache/${fullName}.gem`)] });
  const library = isDefault(directoryOf(file.path)) ? libraryOf(home) : undefined;
  const paths = library === undefined ? [] : libraryFiles(library, statements.files);
  return paths.length > 0 ? [...claims, { kind: "files", paths }] : claims;
}

/** `lib/ruby/gems/3.3.0` belongs to the library `lib/ruby/3.3.0`. */
function libraryOf(home: string): string | undefined {
  const gems = directoryOf(home);
  return baseOf(gems) === "gems" ? below(directoryOf(gems), baseOf(home)) : undefined;
}

/** Some versions of Ruby list them from its library, others from the gem's directory. */
function libraryFiles(library: string, files: readonly string[]): string[] {
  const budget = new PathBudget();
  const paths: string[] = [];
  for (const file of files) {
    const path = resolvedFrom(library, file.startsWith("lib/") ? file.slice("lib/".length) : file, budget);
    if (path?.startsWith(`${library}/`)) paths.push(path);
  }
  return paths;
}

/** The statements of a specification that matter here. */
interface Statements {
  name: string | undefined;
  version: string | undefined;
  licenses: readonly string[];
  files: readonly string[];
  readonly requires: string[];
}

function readStatements(text: string): Statements {
  const statements: Statements = { name: undefined, version: undefined, licenses: [], files: [], requires: [] };
  forEachLine(text, (line) => {
    if (line.length > LONGEST_LINE) return;
    const statement = line.trimStart();
    if (statement.startsWith(STUB)) {
      const [name, version, platform, libraries] = statement.slice(STUB.length).split(" ", 4);
      // Another line that begins so names the gem's native parts.
      if (platform === undefined || libraries === undefined) return;
      statements.name ??= declaredText(name);
      statements.version ??= declaredText(version);
    } else if (statement.startsWith("s.")) {
      readStatement(statement, statements);
    }
  });
  return statements;
}

function readStatement(statement: string, statements: Statements): void {
  if (statement.startsWith("s.name = ")) {
    statements.name = declaredText(textsIn(statement)[0]) ?? statements.name;
  } else if (statement.startsWith("s.version = ")) {
    statements.version = declaredText(textsIn(statement)[0]) ?? statements.version;
  } else if (statement.startsWith("s.licenses = ") || statement.startsWith("s.license = ")) {
    statements.licenses = declaredNames(textsIn(statement)) ?? [];
  } else if (statement.startsWith("s.files = ")) {
    statements.files = declaredNames(textsIn(statement)) ?? [];
  } else if (statement.startsWith("s.add_runtime_dependency(") || statement.startsWith("s.add_dependency(")) {
    const [name] = textsIn(statement);
    if (name !== undefined && statements.requires.length < MOST_TEXTS) statements.requires.push(name);
  }
}

/** The texts of a statement in the two forms that RubyGems writes: `"…"`, with a backslash before what is no end, and `%q<…>`. */
function textsIn(statement: string): string[] {
  const texts: string[] = [];
  for (let at = 0; at < statement.length && texts.length < MOST_TEXTS; at++) {
    if (statement.startsWith("%q<", at)) {
      const end = statement.indexOf(">", at);
      if (end < 0) break;
      texts.push(statement.slice(at + "%q<".length, end));
      at = end;
    } else if (statement[at] === '"') {
      const end = endOfQuoted(statement, at);
      if (end === undefined) break;
      texts.push(statement.slice(at + 1, end).replace(/\\(.)/g, "$1"));
      at = end;
    }
  }
  return texts;
}

/** Index of the quote that ends what the quote at `start` begins. */
function endOfQuoted(statement: string, start: number): number | undefined {
  for (let at = start + 1; at < statement.length; at++) {
    if (statement[at] === "\\") at++;
    else if (statement[at] === '"') return at;
  }
  return undefined;
}
