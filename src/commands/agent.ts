import { Command } from "commander";
import { agentRetention } from "../config/retention.ts";
import { Agent } from "../pipeline/agent.ts";
import { StoreWriter } from "../store/store-writer.ts";
import { createLog } from "../telemetry/log.ts";
import { logDamage, storeLog } from "../telemetry/store-log.ts";
import type { CommandContext } from "./context.ts";
import {
  addSettingOptions,
  prefixOptions,
  retentionOptions,
  settingsOf,
} from "./setting-options.ts";

export function agentCommand(context: CommandContext): Command {
  const command = new Command("agent")
    .description("follow the node's log and count each denial once, until SIGTERM")
    .argument("[file...]", "logs to follow (default: /var/log/syslog)");
  return addSettingOptions(command, [
    "db",
    "node",
    "timezone",
    ...prefixOptions,
    "logLevel",
    "from",
    ...retentionOptions,
  ]).action(async (files: string[], flags: Readonly<Record<string, unknown>>) => {
    await using starting = StoreWriter.start();
    const more = files.length === 0 ? {} : { files };
    const settings = await settingsOf(context, flags, more);
    const log = createLog(settings.logLevel, context.stderr);
    await using writer = await starting.open({
      ...settings,
      path: settings.db,
      role: "agent",
      retention: agentRetention(settings),
      retries: true,
    });
    writer.onEvent = storeLog(log);
    if (writer.damage !== undefined) logDamage(log, writer.damage);
    const node = settings.node ?? context.hostname;
    const agent = new Agent({ ...settings, node }, writer, log, context.now);
    await agent.run(context.signal);
  });
}
