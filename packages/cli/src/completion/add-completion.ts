/** `layerscope completion SHELL`, and `layerscope complete`, which the scripts that it prints ask. */
import type { Command } from "commander";
import type { Normalise } from "./complete-line.ts";

const INSTALLATION = `
To install it, once:
  bash   layerscope completion bash > ~/.layerscope.bash
         echo 'source ~/.layerscope.bash' >> ~/.bashrc
  zsh    layerscope completion zsh > ~/.layerscope.zsh
         echo 'source ~/.layerscope.zsh' >> ~/.zshrc     (after compinit)
  fish   layerscope completion fish > ~/.config/fish/completions/layerscope.fish

The script asks the installed layerscope, so it fits later versions, too.`;

/**
 * Adds both commands.
 * @param normalise what the program does with its arguments before they are parsed
 */
export function addCompletion(program: Command, normalise: Normalise): void {
  program
    .command("completion")
    .description("print a script with which a shell completes commands, options and files")
    .addArgument(program.createArgument("<shell>", "the shell").choices(["bash", "zsh", "fish"]))
    .showHelpAfterError("  See layerscope completion --help.")
    .addHelpText("after", INSTALLATION)
    .action(async (shell: string) => (await import("./answer-shell.ts")).printScript(shell));

  program
    .command("complete", { hidden: true })
    .description("what may come after WORDS, of which the last is not finished")
    .argument("[words...]")
    .action(async (words: readonly string[]) =>
      (await import("./answer-shell.ts")).printCompletion(program, words, normalise),
    );
}
