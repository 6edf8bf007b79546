import { directions } from "../model/direction.ts";
import { lossReasons, otherLineKinds, rejectReasons } from "../model/line-kind.ts";
import { ForwardMetrics } from "./forward-metrics.ts";
import { addMeasured, addProcessMetrics } from "./process-metrics.ts";
import { Counter, Gauge, Histogram, Registry } from "./prom-client.ts";

const COMMIT_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What is measured when somebody asks. */
export type Measured = {
  readonly lagBytes: () => number;
  readonly lagSeconds: () => number;
  readonly databaseBytes: () => number;
  readonly walBytes: () => number;
};

/**
 * All metrics of the agent, for as long as its process lives; docs/metrics.md has them for people.
 * Values of labels are closed sets, and there from the start: no log line can add one.
 */
export class AgentMetrics {
  readonly registry = new Registry();
  readonly lines = this.#counter("denyscope_lines_total", "Lines counted, whatever they hold");
  readonly denialLines = this.#counter("denyscope_denial_lines_total", "Lines that are denials");
  readonly otherLines = this.#counter(
    "denyscope_other_lines_total",
    "Lines that are no denials, by what they are",
    { kind: otherLineKinds },
  );
  readonly rejectedLines = this.#counter(
    "denyscope_rejected_lines_total",
    "Lines with the shape of a denial that were not read, by why",
    { reason: rejectReasons },
  );
  readonly denials = this.#counter(
    "denyscope_denials_total",
    "Denied packets, by direction; a line that stands for several counts as so many",
    { direction: directions },
  );
  readonly attempts = this.#counter(
    "denyscope_attempts_total",
    "Attempts that were denied, by direction",
    { direction: directions },
  );
  readonly foldedDenials = this.#counter(
    "denyscope_folded_denials_total",
    "Logged packets that are kept without their flow, for a minute had too many flows",
  );
  readonly losses = this.#counter(
    "denyscope_losses_total",
    "Rows added to the loss ledger, or added to there, by reason",
    { reason: lossReasons },
  );
  readonly lostLines = this.#counter(
    "denyscope_lost_lines_total",
    "Lines that were lost at most, of losses that know it",
    { reason: lossReasons },
  );
  readonly lostBytes = this.#counter(
    "denyscope_lost_bytes_total",
    "Bytes of log that were lost at most, of losses that know it",
    { reason: lossReasons },
  );
  readonly rotations = this.#counter(
    "denyscope_rotations_total",
    "Times that a path led to another file than before",
  );
  readonly truncations = this.#counter(
    "denyscope_truncations_total",
    "Times that a log became shorter than what was read of it",
  );
  readonly openLogs = this.#gauge("denyscope_open_logs", "Log files that are open");
  readonly spoolBytes = this.#gauge("denyscope_spool_bytes", "Messages that wait to be forwarded");
  readonly forward = new ForwardMetrics(this.registry);
  readonly commitSeconds = new Histogram({
    name: "denyscope_commit_seconds",
    help: "Time from asking for a commit until it is on disk, failed tries included",
    buckets: COMMIT_SECONDS,
    registers: [this.registry],
  });
  readonly failedCommits = this.#counter(
    "denyscope_failed_commits_total",
    "Commits that failed; each is tried again",
  );
  readonly reloads = this.#counter(
    "denyscope_reloads_total",
    "Reloads of the configuration, by what came of them",
    { result: ["done", "refused"] },
  );
  readonly leftOut = this.#counter(
    "denyscope_log_lines_left_out_total",
    "Lines of the agent's own log that were left out, for they repeat others",
  );

  constructor(version: string, measured: Measured) {
    const build = this.#gauge("denyscope_build_info", "1, with the version as a label", {
      version: [version],
      node: [process.versions.node],
    });
    build.set({ version, node: process.versions.node }, 1);
    this.#measure("denyscope_lag_bytes", "Bytes of log not read yet", measured.lagBytes);
    this.#measure(
      "denyscope_lag_seconds",
      "Since when the end of a log has not been reached; 0 when all are read to their end",
      measured.lagSeconds,
    );
    this.#measure("denyscope_database_bytes", "Size of the database", measured.databaseBytes);
    this.#measure(
      "denyscope_database_wal_bytes",
      "Size of the database's write-ahead log",
      measured.walBytes,
    );
    addProcessMetrics(this.registry);
  }

  #counter(name: string, help: string, labels: Labels = {}) {
    const labelNames = Object.keys(labels);
    const counter = new Counter({ name, help, labelNames, registers: [this.registry] });
    for (const [label, values] of Object.entries(labels)) {
      for (const value of values) counter.inc({ [label]: value }, 0);
    }
    return counter;
  }

  #gauge(name: string, help: string, labels: Labels = {}) {
    const labelNames = Object.keys(labels);
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  #measure(name: string, help: string, measure: () => number): void {
    addMeasured(this.registry, name, help, measure);
  }
}

/** The values that each label can have. */
type Labels = Readonly<Record<string, readonly string[]>>;
