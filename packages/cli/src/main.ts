/** The command line: parse, dispatch, exit codes. */
import { LayerscopeError } from "@layerscope/core";
import { CommanderError } from "commander";
import { interruption } from "./interruption.ts";
import { printError } from "./output/messages.ts";
import { writeFailure } from "./output/write.ts";
import { createProgram, withCommand } from "./program.ts";

/** Usage, input and read errors; 1 is kept for checks that fail. */
const EXIT_ERROR = 2;
/** As a shell reports a command that a signal ended: 128 and the signal's number. */
const EXIT_SIGNALLED = { SIGINT: 130, SIGTERM: 143 } as const;

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
    const program = createProgram();
    await program.parseAsync(withCommand(program, process.argv.slice(2)), { from: "user" });
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
