import type Database from "better-sqlite3";
import { Command, Option } from "commander";
import { parseDuration } from "../model/duration.ts";
import { MICROS_PER_MINUTE } from "../model/time-unit.ts";
import { type Bucket, type HistogramAnswer, queryHistogram } from "../query/histogram.ts";
import type { IntervalWish } from "../query/interval.ts";
import type { Question } from "../query/question.ts";
import { ask } from "./ask.ts";
import type { CommandContext } from "./context.ts";
import { answerText, outputs } from "./output/answer-text.ts";
import { timelineTable } from "./output/timeline-table.ts";
import { addQueryOptions, outputOption, type AnswerFlags } from "./query-options.ts";

const csvFields = [
  "time",
  "packets",
  "attempts",
  "bytes",
  "packetsAreLowerBound",
] as const satisfies readonly (keyof Bucket)[];

/** Without --interval: what is seen at one glance. */
const BUCKETS_MAX = 60;

type Flags = AnswerFlags & { readonly interval?: IntervalWish };

export function timelineCommand(context: CommandContext): Command {
  const command = new Command("timeline").description(
    "show when packets were denied, and how many",
  );
  const question = addQueryOptions(command, context);
  return command
    .addOption(
      new Option(
        "--interval <duration>",
        `of which each row is, in whole minutes (default: so that ${BUCKETS_MAX} rows are enough)`,
      ).argParser(interval),
    )
    .addOption(outputOption(outputs))
    .action(async (flags: Flags) => {
      const wish = flags.interval ?? { bucketsMax: BUCKETS_MAX };
      const answer = (database: Database.Database, asked: Question) =>
        answerText(flags.output, formsOf(queryHistogram(database, asked, wish), context.columns));
      // Also all of a log is shown in minutes, where it is short enough.
      await ask(context, flags, question(flags), answer, { shortestSpan: "minute" });
    });
}

function formsOf(answer: HistogramAnswer, width: number | undefined) {
  return {
    answer,
    rows: answer.buckets,
    csv: {
      titles: csvFields,
      cells: (bucket: Bucket) => csvFields.map((field) => bucket[field]),
    },
    table: (isWide: boolean) => timelineTable(answer, isWide, width),
  };
}

function interval(text: string): IntervalWish {
  const micros = parseDuration(text) ?? 0;
  if (micros > 0 && micros % MICROS_PER_MINUTE === 0)
    return { minutes: micros / MICROS_PER_MINUTE };
  throw new RangeError(
    `Cannot use --interval "${text}": expected whole minutes, such as 5m, 1h30m or 1d`,
  );
}
