import type { SpoolDrop } from "../model/spool.ts";

/** What the writer has to say besides its answers. */
export type StoreEvent =
  /** A reader keeps the write-ahead log from being emptied. */
  | { readonly name: "walHeld"; readonly bytes: number }
  /** The disk is full, and the space that was kept for that is used now. */
  | { readonly name: "ballastGiven" }
  /** So many packets were committed in rows that fold many flows. */
  | { readonly name: "folded"; readonly packets: number }
  /** What the spool holds has changed: its bytes, and its newest chunk. */
  | { readonly name: "spooled"; readonly bytes: number; readonly last: number }
  | { readonly name: "notForwarded"; readonly drop: SpoolDrop };
