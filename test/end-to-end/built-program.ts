import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The built program, as users get it. */
export const program = fileURLToPath(new URL("../../dist/program/main.js", import.meta.url));

/**
 * What V8 sets by itself in a container that may use 320 MiB, as that of deploy/kubernetes: where
 * there is more, short-lived objects may take 128 MB before they are collected.
 */
export const containerHeap = ["--max-old-space-size=256", "--max-semi-space-size=1"];

export type Ended = {
  /** The exit code; null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** Compiled code is kept from one start of the program to the next. */
const cache = fileURLToPath(new URL("../../node_modules/.cache", import.meta.url));
mkdirSync(cache, { recursive: true });

/** What a machine has set for denyscope must not change what a test sees. */
export const programEnvironment = {
  PATH: process.env["PATH"],
  HOME: "/nonexistent",
  XDG_CACHE_HOME: cache,
  LANG: "C.UTF-8",
  TZ: "UTC",
  DENYSCOPE_CONFIG: "/dev/null",
  // Agents of several tests run at the same time.
  DENYSCOPE_LISTEN: "none",
  // Lines of the tests are of November 2026: they are kept, however long ago that is.
  DENYSCOPE_KEEP_MINUTES: "36500d",
  DENYSCOPE_KEEP_HOURS: "36500d",
  DENYSCOPE_KEEP_DAYS: "36500d",
};
