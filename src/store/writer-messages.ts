import type {
  Checkpoint,
  CountedBatch,
  OpenedAttempts,
  TransactionEnd,
} from "../model/counted-batch.ts";
import type { FlowBounds } from "../model/flow-bounds.ts";
import type { PodChanges } from "../model/known-pod.ts";
import type { NodeAddresses } from "../model/node-addresses.ts";
import type { PrefixSettings } from "../model/prefix-meaning.ts";
import type { DestinationProgress, SpooledNotice, SpoolPlan } from "../model/spool.ts";
import type { Retention } from "../model/retention.ts";
import type { Holder } from "./lock.ts";
import type { Damage } from "./open-own.ts";
import type { StoreEvent } from "./store-event.ts";

/** What a database is opened with. */
export type WriterOptions = PrefixSettings & {
  readonly path: string;
  /** Batches are kept until they are committed, so that a failed commit can be tried again. */
  readonly retries: boolean;
  /** Prefixes of the interfaces of pods; those of Calico and others where it is left out. */
  readonly podInterfaces?: readonly string[];
} & (
    | {
        readonly role: Holder["role"];
        readonly retention?: Retention;
        /** Without them every flow has a row. */
        readonly flowBounds?: FlowBounds;
        /** Without it nothing is spooled. */
        readonly spool?: SpoolPlan | undefined;
      }
    /** A private database, see PrivateDatabase. */
    | { readonly role: "answer"; readonly shortestSpan: ShortestSpan }
  );

/** Spans of time that are counted: this one and the longer ones. */
export type ShortestSpan = "minute" | "day";

export type ToWriter =
  | { readonly kind: "open"; readonly options: WriterOptions }
  | { readonly kind: "write"; readonly batch: CountedBatch }
  | { readonly kind: "note"; readonly key: string; readonly text: string }
  | { readonly kind: "notice"; readonly notice: SpooledNotice }
  | { readonly kind: "delivered"; readonly progress: DestinationProgress }
  | { readonly kind: "pods"; readonly changes: PodChanges }
  | { readonly kind: "addresses"; readonly seen: NodeAddresses }
  /** Ends the transaction of the batches before. */
  | { readonly kind: "commit"; readonly end: TransactionEnd }
  | { readonly kind: "retry" }
  | { readonly kind: "close" };

export type FromWriter =
  | {
      readonly kind: "opened";
      readonly sources: readonly Checkpoint[];
      readonly openedAttempts: readonly OpenedAttempts[];
      readonly damage: Damage | undefined;
      readonly notes: Readonly<Record<string, string>>;
      /** When an agent used the database first, where one does; microseconds since the epoch. */
      readonly firstStart: number;
    }
  /** The oldest batches are in the open transaction. */
  | { readonly kind: "written"; readonly batches: number }
  /** Everything written so far is on disk: the oldest commits are done. */
  | { readonly kind: "committed"; readonly commits: number }
  /** Nothing since the last commit was kept; the batches wait for `retry`, unless that is vain. */
  | { readonly kind: "failed"; readonly message: string; readonly isFatal: boolean }
  | { readonly kind: "event"; readonly event: StoreEvent }
  /** Flows can be removed only when the session that knows them ends. */
  | { readonly kind: "sessionUnwanted" }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "closed" };
