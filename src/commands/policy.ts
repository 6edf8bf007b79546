import { Command } from "commander";
import type { CommandContext } from "./context.ts";
import { logPolicyCommand } from "./policy-log.ts";

export function policyCommand(context: CommandContext): Command {
  const command = new Command("policy").description(
    "make the policies that have what is denied logged",
  );
  command.addCommand(logPolicyCommand(context));
  return command;
}
