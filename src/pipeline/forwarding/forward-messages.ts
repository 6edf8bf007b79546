import type { Destination } from "../../forward/destination.ts";
import type { DestinationState } from "../../forward/forward-events.ts";
import type { ConnectionEnd, OpenedDetail } from "../../forward/transport/connection.ts";
import type { PrefixSettings } from "../../model/prefix-meaning.ts";
import type { Naming } from "../../query/endpoints/naming.ts";
import type { DestinationProgress } from "../../model/spool.ts";

/** What the thread that forwards is started with. */
export type ForwardOptions = {
  readonly database: string;
  readonly destinations: readonly Destination[];
  /** Says what the prefix of a spooled line means. */
  readonly prefixes: PrefixSettings;
  readonly naming: Naming;
  readonly version: string;
};

export type ToForwarder =
  /** There is more in the spool. */
  | { readonly kind: "wake" }
  /** Send what still waits, and end within so many milliseconds. */
  | { readonly kind: "end"; readonly graceMs: number };

export type FromForwarder =
  | { readonly kind: "progress"; readonly progress: DestinationProgress }
  | { readonly kind: "state"; readonly state: DestinationState }
  | {
      readonly kind: "connected";
      readonly destination: string;
      readonly detail: OpenedDetail;
    }
  | {
      readonly kind: "lost";
      readonly destination: string;
      readonly end: ConnectionEnd;
      readonly retryMs: number;
    }
  | {
      readonly kind: "refused";
      readonly destination: string;
      readonly event: string;
      readonly reason: string;
    };
