import { basename } from "node:path";
import type { Settings } from "../config/settings.ts";
import { openForReading } from "../store/open.ts";
import { PrivateDatabase } from "../store/private-database.ts";
import { runTui, type TuiOptions } from "../tui/run-tui.ts";
import type { Session } from "../tui/session.ts";
import type { CommandContext } from "./context.ts";
import { openForAnswer } from "./open-for-answer.ts";
import { TuiProgress } from "./output/tui-progress.ts";

type LoadSettings = () => Promise<Settings>;

/** Shows the database that the settings name, as it is and as it grows. */
export async function showDatabase(context: CommandContext, load: LoadSettings): Promise<void> {
  const settings = await load();
  // What is wrong with it is said before the screen is taken.
  openForReading(settings.db).close();
  await runTui(tuiOptions(context, settings, settings.db, true), () =>
    Promise.resolve({ path: settings.db, naming: settings, opened: () => {} }),
  );
}

/** Counts logs into a private database while the screen says how far that is, and shows it. */
export async function showLogs(
  context: CommandContext,
  load: LoadSettings,
  files: readonly string[],
): Promise<void> {
  const stopping = new AbortController();
  const stopped = { ...context, signal: AbortSignal.any([context.signal, stopping.signal]) };
  await using starting = context.startWriter();
  const settings = await load();
  using scratch = new PrivateDatabase(context.temporaryFolder);
  const opening = openForAnswer(starting, settings, scratch, "minute");
  const provide = async (session: Session) => {
    const [opened, { countLogs }] = await Promise.all([opening, import("./count-logs.ts")]);
    await using writer = opened;
    const refusals: string[] = [];
    const { hasRead } = await countLogs(
      stopped,
      { settings, keepsLines: true },
      writer,
      files,
      (counted) => new TuiProgress(session, counted, refusals),
    );
    await writer[Symbol.asyncDispose]();
    if (!hasRead) throw new Error(refusals.join("\n"));
    return { path: scratch.path, naming: settings, opened: () => scratch[Symbol.dispose]() };
  };
  const [first = ""] = files;
  const source = basename(first) + (files.length > 1 ? ` and ${files.length - 1} more` : "");
  try {
    await runTui(tuiOptions(context, settings, source, false), provide);
  } finally {
    stopping.abort();
  }
}

function tuiOptions(
  { stdin, stdout, hasColour, signal, now, workingFolder: folder }: CommandContext,
  { notes }: Settings,
  source: string,
  isLive: boolean,
): TuiOptions {
  return { stdin, stdout, hasColour, signal, now, folder, notes, source, isLive };
}
