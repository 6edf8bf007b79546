import type { CountedBatch } from "../model/counted-batch.ts";
import type { commitWatch } from "./commit-watch.ts";
import type { followWatch } from "./follow-watch.ts";

/** Who is told what an agent does, for its log, metrics and health. */
export type AgentWatch = {
  readonly follow: ReturnType<typeof followWatch>;
  readonly commits: ReturnType<typeof commitWatch>;
  /** Called before the batch is handed over: its arrays are the store's afterwards. */
  readonly counted: (batch: CountedBatch) => void;
};
