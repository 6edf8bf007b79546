import { Command } from "commander";
import { addDestination, writtenDestinations } from "../config/config-edit.ts";
import { printable } from "../model/printable.ts";
import type { CommandContext } from "./context.ts";
import { addDestinationOptions, type DestinationFlags, writtenOf } from "./destination-flags.ts";

export function addDestinationCommand(context: CommandContext): Command {
  const command = new Command("add")
    .description("send what is denied to one more server, from now on")
    .argument(
      "<url>",
      "such as relp+tls://logs.example:2514, tcp://10.0.0.5 or unix:/run/log.sock",
    );
  return addDestinationOptions(command).action(async (url: string, flags: DestinationFlags) => {
    const path = context.configFile(flags.config);
    const written = writtenOf(url, flags);
    // All that there are, for two of one name are refused.
    const checked = await context.settings(
      { forward: [...writtenDestinations(path), written] },
      flags.config,
    );
    const { name } = checked.forward.at(-1)!;
    addDestination(path, written);
    const { forward } = await context.settings({}, flags.config);
    const isInForce = forward.some((each) => each.name === name);
    context.stderr.write(
      `Added destination "${printable(name)}" to ${printable(path)}; ` +
        (isInForce
          ? "an agent that runs with this file takes it within seconds\n"
          : "but DENYSCOPE_FORWARD is set, and wins over the file\n"),
    );
  });
}
