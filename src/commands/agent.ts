import { Command } from "commander";
import { AgentService } from "./agent-service.ts";
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
import { keepHeapSmall } from "./small-heap.ts";

export function agentCommand(context: CommandContext): Command {
  const command = new Command("agent")
    .description("follow the node's log and count each denial once, until SIGTERM")
    .argument("[file...]", "logs to follow, or patterns (default: see --source)");
  return addSettingOptions(command, [
    "db",
    "node",
    "timezone",
    ...prefixOptions,
    "logLevel",
    "from",
    "rotateWait",
    "source",
    "listen",
    ...retentionOptions,
    "flowsPerMinuteMax",
    ...forwardOptions,
    ...podOptions,
    ...namingOptions,
  ]).action(async (files: string[], flags: Readonly<Record<string, unknown>>) => {
    keepHeapSmall();
    await using starting = context.startWriter();
    const more = files.length === 0 ? {} : { files };
    const { config } = flags;
    const configFile = context.configFile(typeof config === "string" ? config : undefined);
    const load = () => settingsOf(context, flags, more);
    const settings = await load();
    await using service = new AgentService(context, settings, load, configFile);
    await service.run(settings, starting);
  });
}
