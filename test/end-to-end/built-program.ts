import { fileURLToPath } from "node:url";

/** The built program, as users get it. */
export const program = fileURLToPath(new URL("../../dist/src/main.js", import.meta.url));

export type Ended = {
  /** The exit code; null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** What a machine has set for denyscope must not change what a test sees. */
export const programEnvironment = {
  PATH: process.env["PATH"],
  HOME: "/nonexistent",
  LANG: "C.UTF-8",
  TZ: "UTC",
  DENYSCOPE_CONFIG: "/dev/null",
  // Agents of several tests run at the same time.
  DENYSCOPE_LISTEN: "none",
};
