import { Command } from "commander";
import type { CommandContext } from "./context.ts";
import { addDestinationCommand } from "./forward-add.ts";
import { listDestinationsCommand } from "./forward-list.ts";
import { removeDestinationCommand } from "./forward-remove.ts";
import { testDestinationCommand } from "./forward-test.ts";

export function forwardCommand(context: CommandContext): Command {
  const command = new Command("forward").description(
    "add, list, test and remove the servers that are sent what is denied",
  );
  command.addCommand(addDestinationCommand(context));
  command.addCommand(listDestinationsCommand(context));
  command.addCommand(testDestinationCommand(context));
  command.addCommand(removeDestinationCommand(context));
  return command;
}
