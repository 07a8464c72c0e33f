/** In which language a file is written, by its name or its first line. */

const BY_NAME: Readonly<Record<string, string>> = {
  makefile: "makefile",
  gnumakefile: "makefile",
  gemfile: "ruby",
  rakefile: "ruby",
  ".bashrc": "bash",
  ".profile": "bash",
  ".bash_profile": "bash",
  ".bash_logout": "bash",
  ".zshrc": "bash",
  "bash.bashrc": "bash",
  profile: "bash",
  ".gitconfig": "ini",
  ".npmrc": "ini",
};

const BY_ENDING: Readonly<Record<string, string>> = {
  ...endings("bash", "sh bash zsh ksh ash"),
  ...endings("c", "c h"),
  ...endings("cpp", "cc cpp cxx hpp hh hxx"),
  ...endings("csharp", "cs"),
  ...endings("css", "css"),
  ...endings("diff", "diff patch"),
  ...endings("go", "go"),
  ...endings("graphql", "graphql gql"),
  ...endings("ini", "ini toml conf cfg properties service desktop env"),
  ...endings("java", "java"),
  ...endings("javascript", "js mjs cjs jsx"),
  ...endings("json", "json map webmanifest"),
  ...endings("kotlin", "kt kts"),
  ...endings("less", "less"),
  ...endings("lua", "lua"),
  ...endings("makefile", "mk mak"),
  ...endings("markdown", "md markdown"),
  ...endings("objectivec", "m mm"),
  ...endings("perl", "pl pm"),
  ...endings("php", "php"),
  ...endings("python", "py pyi pyw"),
  ...endings("r", "r"),
  ...endings("ruby", "rb gemspec"),
  ...endings("rust", "rs"),
  ...endings("scss", "scss"),
  ...endings("sql", "sql"),
  ...endings("swift", "swift"),
  ...endings("typescript", "ts mts cts tsx"),
  ...endings("vbnet", "vb"),
  ...endings("wasm", "wat"),
  ...endings("xml", "xml html htm xhtml svg rss xsl plist"),
  ...endings("yaml", "yaml yml"),
};

function endings(language: string, list: string): Record<string, string> {
  return Object.fromEntries(list.split(" ").map((ending) => [ending, language]));
}

const SHELLS = /^(?:ba|da|z|k|a)?sh$/;
const INTERPRETERS: Readonly<Record<string, string>> = {
  python: "python",
  node: "javascript",
  deno: "typescript",
  perl: "perl",
  ruby: "ruby",
  php: "php",
  lua: "lua",
  make: "makefile",
  rscript: "r",
};

/**
 * @param name the last part of the path
 * @param text the content, or its beginning
 * @returns a name that the highlighter knows; undefined when nothing tells
 */
export function languageOf(name: string, text: string): string | undefined {
  const lower = name.toLowerCase();
  const byName = own(BY_NAME, lower);
  if (byName) return byName;
  const dot = lower.lastIndexOf(".");
  return (dot < 0 ? undefined : own(BY_ENDING, lower.slice(dot + 1))) ?? byShebang(text);
}

function byShebang(text: string): string | undefined {
  if (!text.startsWith("#!")) return undefined;
  const words = text.slice(2, 200).split("\n", 1)[0]?.trim().split(/\s+/) ?? [];
  const programs = words.filter((word) => !word.startsWith("-")).map((word) => word.slice(word.lastIndexOf("/") + 1));
  const program = (programs[0] === "env" ? programs[1] : programs[0])?.toLowerCase() ?? "";
  return SHELLS.test(program) ? "bash" : own(INTERPRETERS, program.replace(/[\d.]+$/, ""));
}

function own(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
