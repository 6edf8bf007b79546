import { Command } from "commander";
import { stringify } from "yaml";
import type { CommandContext } from "./context.ts";
import {
  addSettingOptions,
  prefixOptions,
  retentionOptions,
  settingsOf,
} from "./setting-options.ts";

export function configCommand(context: CommandContext): Command {
  const command = new Command("config").description(
    "print the settings in force, as a configuration file would state them",
  );
  return addSettingOptions(command, [
    "db",
    "node",
    "timezone",
    ...prefixOptions,
    "logLevel",
    "from",
    "source",
    "listen",
    ...retentionOptions,
    "flowsPerMinuteMax",
  ]).action(async (flags: Readonly<Record<string, unknown>>) => {
    context.stdout.write(stringify(await settingsOf(context, flags)));
  });
}
