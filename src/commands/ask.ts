import type Database from "better-sqlite3";
import type { Settings } from "../config/settings.ts";
import { asksForAllTime, type Question } from "../query/question.ts";
import { openForReading } from "../store/open.ts";
import type { ShortestSpan } from "../store/writer-messages.ts";
import type { CommandContext } from "./context.ts";
import { refuseUnknownNetworks } from "./known-networks.ts";
import { type QueryFlags, querySettings, readingFlags } from "./query-options.ts";

/** What must be there of logs that were counted: less takes less time. */
export type NeededOfLogs = {
  readonly shortestSpan?: ShortestSpan;
  /** Raw lines, for single denials. */
  readonly keepsLines?: boolean;
};

/** Puts a question to the database that the flags name, or to the logs of --log, and prints. */
export async function ask(
  context: CommandContext,
  flags: QueryFlags,
  question: Question,
  answer: (database: Database.Database, asked: Question) => Promise<string>,
  { shortestSpan = shortestFor(question), keepsLines = false }: NeededOfLogs = {},
): Promise<void> {
  refuseContradiction(flags);
  const settingsOf = async () => {
    const settings = await querySettings(context, flags);
    refuseUnknownNetworks(question.terms, settings.networks);
    return settings;
  };
  if (flags.log === undefined) {
    const settings = await settingsOf();
    const database = openForReading(settings.db);
    try {
      context.stdout.write(await answer(database, named(question, settings)));
    } finally {
      database.close();
    }
    return;
  }
  // What reads logs is loaded when there are any: it must not slow other questions down.
  const { askLogs } = await import("./ask-logs.ts");
  const answerAs = (database: Database.Database, settings: Settings) =>
    answer(database, named(question, settings));
  await askLogs(context, answerAs, {
    files: flags.log,
    settings: settingsOf,
    shortestSpan,
    keepsLines,
  });
}

function shortestFor(question: Question): ShortestSpan {
  return asksForAllTime(question) ? "day" : "minute";
}

function named(question: Question, { podInterfaces, networks }: Settings): Question {
  return { ...question, naming: { podInterfaces, networks } };
}

function refuseContradiction(flags: QueryFlags): void {
  if (flags.log !== undefined) {
    if (flags.db === undefined) return;
    throw new RangeError("Cannot answer from --db and --log at once: name one of the two");
  }
  const reading = readingFlags.find((name) => flags[name] !== undefined);
  if (reading === undefined) return;
  const flag = reading.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new RangeError(
    `Cannot use --${flag} without --log: a database has it from its import or agent`,
  );
}
