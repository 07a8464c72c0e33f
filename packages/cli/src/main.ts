/** The command line: parse, dispatch, exit codes 0 and 2. */
import { createRequire } from "node:module";
import { LayerscopeError } from "@layerscope/core";
import { Command, CommanderError } from "commander";
import { addBaseOptions, addImageOptions, interruption } from "./context.ts";
import { printError } from "./output/messages.ts";
import { writeFailure } from "./output/write.ts";

// By the package's own name, since the bundle lies in another directory than this file.
const { version } = createRequire(import.meta.url)("layerscope/package.json") as { version: string };

/** Usage, input and read errors; 1 is kept for checks that fail. */
const EXIT_ERROR = 2;
/** As a shell reports a command that a signal ended: 128 and the signal's number. */
const EXIT_SIGNALLED = { SIGINT: 130, SIGTERM: 143 } as const;

const EXAMPLES = `
Examples:
  docker save app:latest -o app.tar && layerscope app.tar
  docker save app:latest | layerscope -              read standard input
  layerscope --summary app.tar                       no interactive view
  layerscope --json app.tar > report.json            everything, for scripts
  layerscope ls app.tar /etc --layer 2               /etc as of layer 2
  layerscope ls app.tar --changes --layer 2          what layer 2 did
  layerscope cat app.tar /etc/os-release             print a file
  layerscope extract app.tar /app --to ./out         write files to a directory
  layerscope history app.tar                         the build steps in full

IMAGE is a docker-archive or OCI archive (also gzip- or zstd-compressed), an OCI
layout or skopeo directory, a saved report, or - for standard input.
On a terminal it opens in the interactive view, where ? tells the keys.
Layers count from 0, the oldest. Exit codes: 0 fine, 2 error.`;

function createProgram(): Command {
  const program = new Command("layerscope")
    .description("See what is inside a container image, layer by layer, and what it wastes.")
    .version(version)
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

  return program.hook("preSubcommand", refuseOptionsBefore);
}

/** commander's errors in the form of all others: our name first, advice indented. */
function asOurError(text: string): string {
  return text.replace(/^error: /, "layerscope: ").replace(/\n\((Did you mean .*)\)\n$/, "\n  $1\n");
}

/** Options before the command's name would be taken for the summary's, and silently have no effect. */
function refuseOptionsBefore(program: Command, command: Command): void {
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

async function main(): Promise<void> {
  // Whoever reads our output may have had enough: `| head` is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    printError(new LayerscopeError("unwritable", `cannot write to standard output: ${writeFailure(error)}`));
    process.exit(EXIT_ERROR);
  });
  // Nobody is left to be told.
  process.stderr.on("error", () => process.exit());
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      process.exitCode = EXIT_SIGNALLED[signal];
      interruption.abort();
    });
  }
  try {
    await createProgram().parseAsync();
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      // Help and version are no errors; for anything else commander has printed what is wrong.
      process.exitCode = thrown.exitCode === 0 ? 0 : EXIT_ERROR;
    } else if (!interruption.signal.aborted) {
      printError(thrown);
      process.exitCode = EXIT_ERROR;
    }
  }
}

await main();
