import { Command, Option } from "commander";
import { examine } from "../doctor/examine.ts";
import { gather } from "../doctor/gather.ts";
import { LocalMachine } from "../doctor/local-machine.ts";
import { type CommandContext, PartialFailure } from "./context.ts";
import { wholeText } from "./output/answer-text.ts";
import { examinationText } from "./output/examination-text.ts";
import { outputOption } from "./query-options.ts";
import { addSettingOptions, prefixOptions, settingsOf } from "./setting-options.ts";

const outputs = ["table", "wide", "json", "yaml"] as const;

type Flags = { readonly output: (typeof outputs)[number]; readonly root: string };

export function doctorCommand(context: CommandContext): Command {
  const command = new Command("doctor")
    .description("say why there are no denials, or not all, and which command mends it")
    .argument("[file...]", "logs that the agent is told of, where it is told of any");
  const names = ["db", "source", "timezone", ...prefixOptions, "forward"] as const;
  return addSettingOptions(command, names)
    .addOption(new Option("--root <folder>", "where the root of the node is mounted").default("/"))
    .addOption(outputOption(outputs))
    .action(async (files: readonly string[], flags: Flags) => {
      const named = files.length > 0 ? { files } : {};
      const settings = await settingsOf(context, flags, named);
      const machine = new LocalMachine(flags.root, context.now);
      const answer = await examine(gather(machine, settings));
      const table = (isWide: boolean) => examinationText(answer, isWide, context.columns);
      context.stdout.write(await wholeText(flags.output, { answer, table }));
      if (!answer.healthy) throw new PartialFailure("There are problems");
    });
}
