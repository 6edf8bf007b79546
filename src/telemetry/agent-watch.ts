import type { ForwardEvents } from "../forward/forward-events.ts";
import type { CountedBatch } from "../model/counted-batch.ts";
import type { commitWatch } from "./commit-watch.ts";
import type { followWatch } from "./follow-watch.ts";
import type { storeWatch } from "./store-log.ts";

/** Who is told what an agent does, for its log, metrics and health. */
export type AgentWatch = {
  readonly follow: ReturnType<typeof followWatch>;
  readonly store: ReturnType<typeof storeWatch>;
  readonly forward: ForwardEvents;
  readonly commits: ReturnType<typeof commitWatch>;
  /** Called before the batch is handed over: its arrays are the store's afterwards. */
  readonly counted: (batch: CountedBatch) => void;
};
