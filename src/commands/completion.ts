import { Argument, Command } from "commander";
import { completions } from "./completions.ts";
import type { CommandContext } from "./context.ts";
import { completionScripts, type Shell, shells } from "./output/completion-scripts.ts";
import { buildProgram } from "./program.ts";

export function completionCommand(context: CommandContext): Command {
  return new Command("completion")
    .description("print what lets a shell complete commands, options and names by the tab key")
    .addArgument(new Argument("<shell>", "which shell").choices(shells))
    .action((shell: Shell) => {
      context.stdout.write(completionScripts[shell]);
    })
    .addCommand(wordsCommand(context), { hidden: true });
}

/** What the scripts ask for each time: no shell knows the names of pods. */
function wordsCommand(context: CommandContext): Command {
  return new Command("words").argument("[words...]").action(async (words: readonly string[]) => {
    const found = await completions(await buildProgram([], context), words, context);
    context.stdout.write(found.map((word) => `${word}\n`).join(""));
  });
}
