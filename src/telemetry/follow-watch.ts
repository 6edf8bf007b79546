import type { FollowEvents } from "../follow/events.ts";
import type { AgentMetrics } from "./agent-metrics.ts";
import type { Health } from "./health.ts";
import type { Lag } from "./lag.ts";

/** The follower's events as metrics and signs of life. */
export function followWatch(metrics: AgentMetrics, health: Health, lag: Lag): FollowEvents {
  return {
    fileUnreadable: (path, reason) => health.pathFound(path, withoutPath(path, reason)),
    fileOpened: (path) => {
      health.pathFound(path, undefined);
      metrics.openLogs.inc();
    },
    fileRotated: () => metrics.rotations.inc(),
    fileDrained: () => metrics.openLogs.dec(),
    fileTruncated: () => {
      metrics.openLogs.dec();
      metrics.truncations.inc();
    },
    polled: (path, lagBytes) => {
      health.roundEnded();
      lag.set(path, lagBytes);
    },
    behind: (path, lagBytes) => lag.set(path, lagBytes),
  };
}

/** Of `Cannot read log "PATH": REASON` the end, for the path is told beside it. */
function withoutPath(path: string, reason: string): string {
  return reason.split(`"${path}": `).at(-1)!;
}

/** Tells several what the follower has to tell, in their order. */
export function tellAll(...all: readonly FollowEvents[]): FollowEvents {
  const each = (tell: (events: FollowEvents) => void) => all.forEach(tell);
  return {
    fileUnreadable: (path, reason) => each((events) => events.fileUnreadable(path, reason)),
    fileOpened: (path, offset) => each((events) => events.fileOpened(path, offset)),
    fileRotated: (path) => each((events) => events.fileRotated(path)),
    fileDrained: (path) => each((events) => events.fileDrained(path)),
    fileTruncated: (path) => each((events) => events.fileTruncated(path)),
    polled: (path, lagBytes) => each((events) => events.polled(path, lagBytes)),
    behind: (path, lagBytes) => each((events) => events.behind(path, lagBytes)),
  };
}
