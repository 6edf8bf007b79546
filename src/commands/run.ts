import { CommanderError } from "commander";
import { type CommandContext, PartialFailure } from "./context.ts";
import { printable } from "../model/printable.ts";
import { buildProgram } from "./program.ts";

export const EXIT_OK = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;

/** Runs one command line; resolves to its exit code. The one place that turns errors into text. */
export async function run(args: readonly string[], context: CommandContext): Promise<number> {
  try {
    const program = await buildProgram(args, context);
    await program.parseAsync(args, { from: "user" });
    return EXIT_OK;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
    if (error instanceof PartialFailure) return EXIT_FAILED;
    const message = error instanceof Error ? error.message : String(error);
    context.stderr.write(`${printable(message)}\n`);
    return error instanceof RangeError ? EXIT_USAGE : EXIT_FAILED;
  }
}
