import { exportView } from "./export/export-view.ts";
import { NotesFile } from "./notes/notes-file.ts";
import type { Opened } from "./queries/ask.ts";
import { QueryClient } from "./queries/query-client.ts";
import type { Size } from "./state/state.ts";
import { Session } from "./session.ts";
import type { ScreenOptions } from "./show-screen.ts";

export type TuiOptions = ScreenOptions & {
  /** Where exports are written to. */
  readonly folder: string;
  /** The file of the person's own notes. */
  readonly notes: string;
  /** What the title calls the database or the logs. */
  readonly source: string;
  /** Whether anything may be added to it while it is shown. */
  readonly isLive: boolean;
  readonly signal: AbortSignal;
  /** Microseconds since the epoch. */
  readonly now: () => number;
};

/** Gives the path of the database once there is one, and says meanwhile how far it is. */
export type Provide = (session: Session) => Promise<
  Omit<Opened, "hasName"> & {
    /** Called when the thread of the queries has opened it. */
    readonly opened: () => void;
  }
>;

function sizeOf(stdout: NodeJS.WritableStream): Size {
  const { columns = 80, rows = 24 } = stdout as Partial<NodeJS.WriteStream>;
  return { columns, rows };
}

/** Shows the screen until the person quits. @throws Error when there is no database to show. */
export async function runTui(options: TuiOptions, provide: Provide): Promise<void> {
  const { stdout, source, isLive, signal, now, folder, notes } = options;
  await using client = new QueryClient();
  const quitting = new AbortController();
  const world = {
    now,
    quit: () => quitting.abort(),
    // OSC 52: the terminal of the person copies it, wherever this runs.
    copy: (text: string) => {
      stdout.write(`\u001b]52;c;${Buffer.from(text).toString("base64")}\u0007`);
    },
    export: exportView(client, folder, now),
    notes: new NotesFile(notes),
  };
  using session = new Session(client, world, { source, isLive }, sizeOf(stdout));
  // The first question is under way while what draws is loaded.
  const providing = provide(session).then(async ({ path, naming, opened }) => {
    await client.open({ path, naming, hasName: isLive });
    opened();
    session.opened();
  });
  // It is awaited below, which may be too late for a fault not to count as one that nobody awaits.
  providing.catch(() => {});
  const { showScreen } = await import("./show-screen.ts");
  const { hide, hidden } = showScreen(session, options);
  const stopped = AbortSignal.any([signal, quitting.signal]);
  if (stopped.aborted) hide();
  stopped.addEventListener("abort", hide, { once: true });
  try {
    await Promise.race([hidden, providing]);
    await hidden;
  } finally {
    stopped.removeEventListener("abort", hide);
    hide();
    await hidden;
  }
}
