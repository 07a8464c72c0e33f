/** The commands and their options. What a command does is loaded when it is called. */
import { LayerscopeError } from "@layerscope/core";
import { Command } from "commander";
import { addBudgetOptions, collect, isBudgetOption } from "./budgets/budget-options.ts";
import { FORMAT_NAMES } from "./budgets/output-formats.ts";
import { addCompletion } from "./completion/add-completion.ts";
import { addBaseOptions, addImageOptions } from "./image-options.ts";
import { VERSION } from "./version.ts";

const EXAMPLES = `
Examples:
  layerscope nginx:alpine                            an image of Docker, Podman
  layerscope --pull missing nginx:alpine             or else of its registry
  layerscope build -t app .                          build it, and look at it
  docker save app:latest | layerscope -              read standard input
  layerscope --summary app.tar                       no interactive view
  layerscope --json app.tar > report.json            everything, for scripts
  layerscope ls app:latest /etc --layer 2            /etc as of layer 2
  layerscope ls app:latest --changes --layer 2       what layer 2 did
  layerscope cat app:latest /etc/os-release          print a file
  layerscope extract app.tar /app --to ./out         write files to a directory
  layerscope history app:latest                      the build steps in full
  layerscope advise app:latest                       what could be smaller, how
  layerscope packages app:latest                     which package has what
  layerscope init app:latest                         budgets for it as it is now
  layerscope ci app:latest                           check them

IMAGE is the name of an image: wherever it is, or with docker:, podman:,
containerd: or registry: before it there. With container: it is a container, its
image and what it changed. Or IMAGE is a file: a docker-archive or OCI archive
(also gzip- or zstd-compressed), an OCI layout or skopeo directory, a saved
report, or - for standard input.
On a terminal it opens in the interactive view, where ? tells the keys.
Layers count from 0, the oldest.
Exit codes: 0 fine, 1 a budget failed, 2 error.`;

const CI_EXAMPLES = `
Examples:
  layerscope ci                              the images of the configuration
  layerscope ci app.tar --max-size 300MB     a budget for this once
  layerscope ci app.tar --max-size /usr/share/doc=5MB --layers own
  layerscope ci app.tar --baseline main.json --max-growth 3%
  layerscope ci app.tar --format junit=junit.xml --format markdown=summary.md
  layerscope ci app.tar --rule secret-in-file --rule runs-as-root=warn
  layerscope ci app.tar --json > report.json the report with all verdicts

Budgets and rules are kept in layerscope.yaml (.yml, .json), .layerscoperc, the
key layerscope of package.json, or .dive-ci, searched upwards. In GitHub Actions
failed budgets become annotations, and step summary and outputs are written.
Exit codes: 0 passed, 1 a budget failed, 2 error or a budget not decided.`;

const ADVISE_EXAMPLES = `
Examples:
  layerscope advise app:latest                   all that could be better
  layerscope advise app.tar --rule secret-in-file
                                                 exits with 1 if a file has one
  layerscope advise app.tar --rule documentation=off --ignore /app/docs
  layerscope advise app.tar --json > report.json the report, with advice[]

Before each finding stands what the image would be smaller by, exactly; ~ marks
an estimate, - what is not about bytes. No file counts twice.
Rules, and what is known to be no secret, are set in layerscope.yaml
(docs/ci.md); docs/rules.md has every rule.
Secrets are shown masked. layerscope ci checks rules like budgets.
Exit codes: 0 fine, 1 a rule set to error found something, 2 error.`;

const PACKAGES_EXAMPLES = `
Examples:
  layerscope packages app:latest                 which package has which bytes
  layerscope packages app:latest --by-layer      what each layer installed
  layerscope packages app.tar --json             one package a line
  layerscope packages app.tar --format cyclonedx -o sbom.json
  layerscope packages app.tar --format spdx | grype

Every byte that a container sees belongs to one package or to none. Packages of
dpkg, apk, rpm, npm, Python, Ruby, Go, Rust, Java, PHP and .NET are known.
Exit codes: 0 fine, 2 error.`;

export function createProgram(): Command {
  const program = new Command("layerscope")
    .description("See what is inside a container image, layer by layer, and what it wastes.")
    .version(VERSION)
    .enablePositionalOptions()
    .showHelpAfterError("  See layerscope --help.")
    .configureOutput({ outputError: (text, write) => write(asOurError(text)) })
    .addHelpText("after", EXAMPLES)
    .exitOverride();

  addBaseOptions(addImageOptions(program.argument("<image>", "the image to look at")))
    .option("--summary", "print the summary, also on a terminal")
    .option("--json", "print the report as one JSON document")
    .option("-o, --output <file>", "write the output to a file instead of standard output")
    .option("--top <n>", "list only the n largest waste records (summary: 10; JSON: all)")
    .option("--files", "with --json: list what every layer did to every path")
    .option("--ci", "check budgets; the command ci has all options for it")
    .action(async (reference, options) => (await import("./commands/inspect.ts")).inspect(reference, options));

  addImageOptions(
    subcommand(program, "ls").description("list the files of an image").argument("<image>").argument("[path]"),
  )
    .option("--layer <n>", "the filesystem as of layer n, or with --changes what layer n did")
    .option("--changes", "what the layer did instead of everything there is")
    .option("--digests", "with --json: the sha256 of every file")
    .option("--json", "one JSON object a line")
    .action(async (reference, path, options) => (await import("./commands/list.ts")).list(reference, path, options));

  addImageOptions(
    subcommand(program, "cat").description("print a file of an image").argument("<image>").argument("<path>"),
  )
    .option("--layer <n>", "the file as of layer n")
    .action(async (reference, path, options) => (await import("./commands/cat.ts")).cat(reference, path, options));

  addImageOptions(
    subcommand(program, "extract")
      .description("write files of an image to a directory, never outside it")
      .argument("<image>")
      .argument("[path...]", "files or directories; everything when left out"),
  )
    .requiredOption("--to <directory>", "where to; made if it does not exist")
    .option("--layer <n>", "the files as of layer n")
    .action(async (reference, paths, options) =>
      (await import("./commands/extract.ts")).extract(reference, paths, options),
    );

  addImageOptions(
    subcommand(program, "history").description("the build steps of an image, in full").argument("<image>"),
  ).action(async (reference, options) => (await import("./commands/history.ts")).history(reference, options));

  addBaseOptions(
    addImageOptions(
      subcommand(program, "advise")
        .description("say why an image is as big as it is, and what to do about it")
        .argument("<image>"),
    ),
  )
    .option("--json", "print the report with everything that was found")
    .option("--config <file>", "the configuration; searched upwards when left out")
    .option("--no-config", "no configuration")
    .option("--rule <id[=level]>", "how a rule, or * for all, is taken: error, warn, off; several times", collect)
    .option("--ignore <pattern>", "files that no rule counts; several times", collect)
    .option("-o, --output <file>", "write the output to a file instead of standard output")
    .addHelpText("after", ADVISE_EXAMPLES)
    .action(async (reference, options) => (await import("./commands/advise.ts")).advise(reference, options));

  addImageOptions(
    subcommand(program, "packages")
      .description("list the packages of an image, and what belongs to none")
      .argument("<image>"),
  )
    .option("--by-layer", "what each layer installed and removed")
    .option("--top <n>", "list only the n largest (40)")
    .option("--format <name>", "table, json (one package a line), cyclonedx or spdx")
    .option("--json", "the same as --format json")
    .option("-o, --output <file>", "write the output to a file instead of standard output")
    .addHelpText("after", PACKAGES_EXAMPLES)
    .action(async (reference, options) => (await import("./commands/packages.ts")).packages(reference, options));

  subcommand(program, "build")
    .description("build an image with Docker or Podman, and look at it")
    .argument("[args...]", "all for the build; options for looking at the image stand before build")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args) => (await import("./commands/build.ts")).build(args, program.opts()));

  addCheckOptions(
    subcommand(program, "ci")
      .description("check images against their budgets")
      .argument("[image...]", "the images; those of the configuration when left out"),
  )
    .addHelpText("after", CI_EXAMPLES)
    .action(async (references, options) => (await import("./commands/ci.ts")).ci(references, options));

  addBaseOptions(
    addImageOptions(
      subcommand(program, "init")
        .description("write a configuration with budgets that an image keeps to")
        .argument("[image]", "the image; examples when left out"),
    ),
  )
    .option("--from-dive [file]", "translate dive's rules: the nearest .dive-ci, or a file")
    .option("-o, --output <file>", "the file to write instead of layerscope.yaml; - for standard output")
    .option("--force", "write over a file that is there")
    .action(async (reference, options) => (await import("./commands/init.ts")).init(reference, options));

  addCompletion(program, (words) => withCommand(program, words));

  return program.hook("preSubcommand", refuseOptionsBefore);
}

/**
 * `layerscope --ci IMAGE` is `layerscope ci IMAGE`, and so is whatever has an option that only budgets have: to print a
 * report and not to check it would be a check that passes by accident.
 */
export function withCommand(program: Command, words: readonly string[]): string[] {
  const end = words.indexOf("--");
  const options = end < 0 ? words : words.slice(0, end);
  const isCheck = options.includes("--ci") || options.some(isBudgetOption);
  if (!isCheck || program.commands.some((command) => command.name() === words[0])) return [...words];
  return ["ci", ...words.filter((word, index) => word !== "--ci" || (end >= 0 && index > end))];
}

function addCheckOptions(command: Command): Command {
  command
    .option("--config <file>", "the configuration, or a .dive-ci; searched upwards when left out")
    .option("--no-config", "no configuration: only the budgets given as options")
    .option("--baseline <file>", "what growth is measured against: a saved report or an image");
  addBaseOptions(addImageOptions(command, "only what failed; no progress and no warnings"));
  command
    .optionsGroup("Reports:")
    .option("--format <name[=file]>", `${FORMAT_NAMES.join(", ")}; several times`, collect)
    .option("--json", "the same as --format json")
    .option("--files", "with JSON: what every layer did to every path, for a baseline")
    .option("-o, --output <file>", "write what would be printed to a file");
  return addBudgetOptions(command.optionsGroup("Budgets (those with a value may be given several times):"));
}

/** commander's errors in the form of all others: our name first, advice indented. */
function asOurError(text: string): string {
  return text.replace(/^error: /, "layerscope: ").replace(/\n\((Did you mean .*)\)\n$/, "\n  $1\n");
}

/**
 * Options before the command's name would be taken for the summary's, and silently have no effect; but those after `build`
 * are the build's.
 */
function refuseOptionsBefore(program: Command, command: Command): void {
  if (command.name() === "build") return;
  for (const option of program.options) {
    if (program.getOptionValueSource(option.attributeName()) !== "cli") continue;
    throw new LayerscopeError("invalid-option", `${option.long} stands before the command "${command.name()}"`, {
      hint: `Options follow the command: layerscope ${command.name()} IMAGE [options]`,
    });
  }
}

/** `exitOverride` and the wording of errors are not inherited. */
function subcommand(program: Command, name: string): Command {
  return program.command(name).exitOverride().showHelpAfterError(`  See layerscope ${name} --help.`);
}
