import type { RawSettings, Settings } from "../config/settings.ts";
import type { Supervisor } from "../config/supervisor.ts";
import type { StartingWriter } from "../store/store-writer.ts";

/** The outside world of a command: nothing below main.ts touches `process`. */
export type CommandContext = {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Columns of the terminal that stdout is; undefined for a pipe or a file. */
  readonly columns: number | undefined;
  readonly stderrIsTerminal: boolean;
  /** Whether keys come from standard input as they are pressed. */
  readonly stdinIsTerminal: boolean;
  /** NO_COLOR is not set (https://no-color.org). */
  readonly hasColour: boolean;
  /** Where relative paths begin. */
  readonly workingFolder: string;
  readonly hostname: string;
  readonly temporaryFolder: string;
  /** Ends a long-running command: SIGTERM or SIGINT came. */
  readonly signal: AbortSignal;
  /** Microseconds since the epoch. */
  readonly now: () => number;
  /** The thread of the database, which may be booting already. */
  readonly startWriter: () => StartingWriter;
  readonly settings: (flags: RawSettings, configPath: string | undefined) => Promise<Settings>;
  /** The configuration file that `settings` reads where it is there. */
  readonly configFile: (configPath: string | undefined) => string;
  /** Calls the listener each time SIGHUP comes, which ends the program otherwise. */
  readonly onHangUp: (listener: () => void) => void;
  /** The service manager that waits for messages. */
  readonly supervisor: Supervisor | undefined;
  /** Ends the process at once, by SIGKILL: a thread that hangs keeps it from ending otherwise. */
  readonly abandon: () => void;
};

/** A command did its work but not all of it: exit 1, and everything has been said already. */
export class PartialFailure extends Error {
  override name = "PartialFailure";
}
