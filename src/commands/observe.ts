import type Database from "better-sqlite3";
import { Command, Option } from "commander";
import { readDenial } from "../pipeline/read-denial.ts";
import type { Question } from "../query/question.ts";
import {
  queryRecentEvents,
  type RecentEvent,
  type RecentEventsAnswer,
} from "../query/recent-events.ts";
import { ask } from "./ask.ts";
import type { CommandContext } from "./context.ts";
import { followEvents } from "./follow-events.ts";
import { type AnswerForms, answerText, type Output, outputs } from "./output/answer-text.ts";
import { csvLine } from "../query/output/csv.ts";
import { eventTable } from "./output/event-table.ts";
import { eventCsv, eventText, type LineOutput, lineOutputs } from "./output/event-text.ts";
import { countOf, shortTime } from "../query/output/wording.ts";
import { addQueryOptions, type QueryFlags, wholeNumber } from "./query-options.ts";
import { isOneOf } from "../model/is-one-of.ts";

const LAST_DEFAULT = 20;

type Flags = QueryFlags & {
  readonly output: Output | LineOutput;
  readonly last?: number;
  readonly follow?: boolean;
};

export function observeCommand(context: CommandContext): Command {
  const command = new Command("observe").description(
    "show single denials, the last of which the raw lines are kept",
  );
  const question = addQueryOptions(command, context);
  return command
    .addOption(
      new Option(
        "--last <n>",
        `denials at most, 0 for all (default: ${LAST_DEFAULT}; all for programs, and with --since)`,
      ).argParser(wholeNumber),
    )
    .option("-f, --follow", "show new ones as they are committed, until SIGINT comes")
    .addOption(
      new Option("-o, --output <format>", "output format")
        .choices([...new Set([...lineOutputs, ...outputs])])
        .default("compact"),
    )
    .action(async (flags: Flags) => {
      const asked = { ...question(flags), limit: lastOf(flags) };
      const answer = answerFor(context, flags);
      await ask(context, flags, asked, answer, { keepsLines: true });
    });
}

type Answer = (database: Database.Database, question: Question) => Promise<string>;

function answerFor(context: CommandContext, { output, follow, log }: Flags): Answer {
  if (follow !== true) {
    return async (database, question) => {
      const answer = queryRecentEvents(database, question, readDenial);
      if (output !== "json" && output !== "yaml") context.stderr.write(reach(answer));
      return textOf(answer, output, context.columns);
    };
  }
  if (log !== undefined) {
    throw new RangeError("Cannot follow --log: expected a database that an agent writes");
  }
  if (!isOneOf(lineOutputs, output)) {
    throw new RangeError(
      `Cannot follow with -o ${output}: expected one of ${lineOutputs.join(", ")}`,
    );
  }
  return async (database, question) => {
    const head = output === "csv" ? csvLine(eventCsv.titles) : "";
    await followEvents(context, database, question, { head, lineOf: eventText[output] });
    return "";
  };
}

function lastOf({ last, since, until, output }: Flags): number | undefined {
  const isForPeople = output === "compact" || output === "table" || output === "wide";
  const hasWindow = since !== undefined || until !== undefined;
  const most = last ?? (isForPeople && !hasWindow ? LAST_DEFAULT : 0);
  return most === 0 ? undefined : most;
}

async function textOf(
  answer: RecentEventsAnswer,
  output: Output | LineOutput,
  width: number | undefined,
): Promise<string> {
  const { events } = answer;
  if (output === "compact" || output === "raw") return events.map(eventText[output]).join("");
  const table = (isWide: boolean) => (events.length === 0 ? "" : eventTable(events, isWide, width));
  const forms: AnswerForms<RecentEvent> = { answer, rows: events, csv: eventCsv, table };
  return answerText(output, forms);
}

/** What an answer from kept lines cannot have: a person must not take its end for the beginning. */
function reach({ kept, events, window: { relativeTo } }: RecentEventsAnswer): string {
  const nothing = events.length === 0 ? "No denials match\n" : "";
  const reference =
    relativeTo === undefined
      ? ""
      : `Nothing newer than ${shortTime(relativeTo)} UTC: relative times count from there\n`;
  if (kept.isAll || kept.since === undefined) return nothing + reference;
  return (
    `${nothing}${reference}Lines are kept of the last ${countOf(kept.denials, "denial")}, since ` +
    `${shortTime(kept.since)} UTC; all are counted (denyscope flows)\n`
  );
}
