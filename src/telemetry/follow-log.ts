import type { Logger } from "pino";
import type { FollowEvents } from "../follow/events.ts";

/** The follower's events as lines of the agent's log. */
export function followLog(log: Logger): FollowEvents {
  return {
    fileUnreadable: (path, reason) => log.warn({ path, reason }, "Waiting for a log"),
    fileOpened: (path, offset) => log.info({ path, offset }, "Following a log"),
    fileRotated: (path) => log.info({ path }, "Log rotated, reading the old file to its end"),
    fileDrained: (path) => log.info({ path }, "Rotated file is quiet and closed"),
    fileTruncated: (path) => log.warn({ path }, "Log was truncated or rewritten in place"),
    polled: () => undefined,
    behind: () => undefined,
  };
}
