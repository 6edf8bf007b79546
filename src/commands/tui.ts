import { Command } from "commander";
import { printable } from "../model/printable.ts";
import type { CommandContext } from "./context.ts";
import { querySettings, type QueryFlags } from "./query-options.ts";
import { addSettingOptions, namingOptions, prefixOptions } from "./setting-options.ts";

/** Erases the line that stands there until the first screen. */
const CLEAR_LINE = "\r\u001b[K";

export function tuiCommand(context: CommandContext): Command {
  const command = new Command("tui")
    .description("look around in a terminal: who is denied what, since when; ? shows the keys")
    .argument("[file...]", "logs and archives to show instead of a database; - is not possible");
  return addSettingOptions(command, [
    "db",
    "timezone",
    ...prefixOptions,
    "pods",
    ...namingOptions,
    "notes",
  ]).action(async (files: string[], flags: QueryFlags) => {
    if (context.columns === undefined || !context.stdinIsTerminal) {
      throw new Error(
        "Cannot show a terminal UI: standard input and output are no terminal; " +
          'use "denyscope flows" or "denyscope top" there',
      );
    }
    if (flags.db !== undefined && files.length > 0) {
      throw new RangeError("Cannot show --db and logs at once: name one of the two");
    }
    // What draws takes its time to load: somebody is told at once that it will come.
    // The screen begins in the column where the cursor is: it goes back to the first.
    const [first] = files;
    const doing = first === undefined ? "Opening the database" : `Reading ${printable(first)}`;
    context.stdout.write(`${doing} ...\r`);
    try {
      const { showDatabase, showLogs } = await import("./tui-sources.ts");
      const settings = () => querySettings(context, flags);
      if (files.length === 0) await showDatabase(context, settings);
      else await showLogs(context, settings, files);
    } finally {
      context.stdout.write(CLEAR_LINE);
    }
  });
}
