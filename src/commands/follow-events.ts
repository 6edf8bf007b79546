import { setTimeout as sleep } from "node:timers/promises";
import type Database from "better-sqlite3";
import { readDenial } from "../pipeline/read-denial.ts";
import type { Question } from "../query/question.ts";
import { queryEventsAfter, type RecentEvent } from "../query/recent-events.ts";
import type { CommandContext } from "./context.ts";
import { countOf } from "../query/output/wording.ts";
import { writeText } from "./output/write-text.ts";

/** How often it is asked whether anything was committed, which takes no reading. */
const LOOK_MS = 200;

export type FollowedForm = {
  readonly head: string;
  readonly lineOf: (event: RecentEvent) => string;
};

/** Prints the last denials, and each that is committed, until the program is told to end. */
export async function followEvents(
  context: CommandContext,
  database: Database.Database,
  question: Question,
  { head, lineOf }: FollowedForm,
): Promise<void> {
  const { signal, stderr, now } = context;
  await writeText(context, head);
  let version: unknown;
  let last = 0;
  let limit = question.limit;
  while (!signal.aborted) {
    // It changes with each commit of another connection (https://sqlite.org/pragma.html).
    const current = database.pragma("data_version", { simple: true });
    if (current !== version) {
      version = current;
      const asked = { ...question, limit, now: now() };
      const { events, lastEvent, missed } = queryEventsAfter(database, asked, readDenial, last);
      if (last > 0 && missed > 0) {
        stderr.write(`${countOf(missed, "denial")} not shown: more came than lines are kept of\n`);
      }
      last = lastEvent;
      limit = undefined;
      for (const event of events) await writeText(context, lineOf(event));
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}
