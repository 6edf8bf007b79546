import { Argument, Command, Option } from "commander";
import {
  queryTop,
  type TopDimension,
  topDimensions,
  type TopSort,
  topSorts,
} from "../query/top.ts";
import { ask } from "./ask.ts";
import type { CommandContext } from "./context.ts";
import { answerText, outputs } from "./output/answer-text.ts";
import { topForms } from "./output/top-forms.ts";
import {
  addQueryOptions,
  type AnswerFlags,
  groupByOption,
  limitOption,
  outputOption,
} from "./query-options.ts";

type Flags = AnswerFlags & { readonly groupBy?: readonly TopDimension[]; readonly sort: TopSort };

export function topCommand(context: CommandContext): Command {
  const command = new Command("top")
    .description("rank sources, destinations, ports and more by denied packets")
    .addArgument(new Argument("<by>", "what to rank").choices(topDimensions));
  const question = addQueryOptions(command, context);
  return command
    .addOption(groupByOption("also by, for each pair a row; repeatable"))
    .addOption(new Option("--sort <field>", "sort by").choices(topSorts).default("packets"))
    .addOption(limitOption())
    .addOption(outputOption(outputs))
    .action(async (by: TopDimension, flags: Flags) => {
      const dimensions = [...new Set([by, ...(flags.groupBy ?? [])])];
      await ask(context, flags, question(flags), (database, asked) => {
        const answer = queryTop(database, asked, dimensions, flags.sort);
        return answerText(flags.output, topForms(answer, dimensions, context.columns));
      });
    });
}
