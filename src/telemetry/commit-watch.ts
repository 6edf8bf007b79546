import type { CommitEvents } from "../store/commit-events.ts";
import type { AgentMetrics } from "./agent-metrics.ts";
import type { Health } from "./health.ts";

/** What becomes of commits, as metrics and signs of life. */
export function commitWatch(metrics: AgentMetrics, health: Health): CommitEvents {
  return {
    committed: (seconds, waiting) => {
      metrics.commitSeconds.observe(seconds);
      health.committed(waiting);
    },
    commitFailed: (reason) => {
      metrics.failedCommits.inc();
      health.commitFailed(reason);
    },
  };
}
