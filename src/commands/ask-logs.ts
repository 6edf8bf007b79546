import type Database from "better-sqlite3";
import type { Settings } from "../config/settings.ts";
import { PrivateDatabase } from "../store/private-database.ts";
import type { ShortestSpan } from "../store/writer-messages.ts";
import { type CommandContext, PartialFailure } from "./context.ts";
import { openForAnswer } from "./open-for-answer.ts";

export type LogsToAsk = {
  readonly files: readonly string[];
  readonly settings: () => Promise<Settings>;
  /** The shortest that the question needs. */
  readonly shortestSpan: ShortestSpan;
  readonly keepsLines: boolean;
};

/** Counts logs into a private database, prints what that answers, and leaves nothing behind. */
export async function askLogs(
  context: CommandContext,
  answer: (database: Database.Database, settings: Settings) => Promise<string>,
  { files, settings: load, shortestSpan, keepsLines }: LogsToAsk,
): Promise<void> {
  await using starting = context.startWriter();
  const settings = await load();
  using scratch = new PrivateDatabase(context.temporaryFolder);
  const opening = openForAnswer(starting, settings, scratch, shortestSpan);
  // What reads logs is loaded while the thread boots.
  const [opened, { countLogs }] = await Promise.all([opening, import("./count-logs.ts")]);
  await using writer = opened;
  const database = scratch.openForQueries();
  try {
    const counting = { settings, keepsLines };
    const { failures, hasRead } = await countLogs(context, counting, writer, files);
    // Its memory is free for the answer.
    await writer[Symbol.asyncDispose]();
    // An answer from nothing would look like good news.
    if (!hasRead) throw new PartialFailure();
    context.stdout.write(await answer(database, settings));
    if (failures > 0) throw new PartialFailure();
  } finally {
    database.close();
  }
}
