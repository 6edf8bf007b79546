import { Command } from "commander";
import { stringify } from "yaml";
import { writtenNetworks } from "../model/network.ts";
import type { CommandContext } from "./context.ts";
import {
  addSettingOptions,
  forwardOptions,
  namingOptions,
  podOptions,
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
    ...forwardOptions,
    ...podOptions,
    ...namingOptions,
  ]).action(async (flags: Readonly<Record<string, unknown>>) => {
    const settings = await settingsOf(context, flags);
    const forward = settings.forward.map(({ written }) => written);
    const networks = writtenNetworks(settings.networks);
    context.stdout.write(stringify({ ...settings, forward, networks }));
  });
}
