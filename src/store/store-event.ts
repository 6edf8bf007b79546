/** What the writer has to say besides its answers. */
export type StoreEvent =
  /** A reader keeps the write-ahead log from being emptied. */
  | { readonly name: "walHeld"; readonly bytes: number }
  /** The disk is full, and the space that was kept for that is used now. */
  | { readonly name: "ballastGiven" }
  /** So many packets were committed in rows that fold many flows. */
  | { readonly name: "folded"; readonly packets: number };
