import type { PackedEvents } from "./spool.ts";
import type { LossReason, OtherLineKind, RejectReason } from "./line-kind.ts";

/**
 * What lines of one source amount to; it is committed with the source's checkpoint. Flows, nodes
 * and prefixes are known by an index of the session that counted them; each is described once, in
 * the first batch that uses it. Columns have one entry a row.
 */
export type CountedBatch = {
  readonly session: number;
  /** Indexes start again from 0 with this batch: forget those of the batches before. */
  readonly startsSession: boolean;
  readonly nodes: readonly string[];
  readonly prefixes: readonly string[];
  readonly flows: FlowKeys;
  readonly minutes: CountRows;
  readonly followUps: FollowUpRows;
  /** Denials for destinations, where some want each of them. */
  readonly events: readonly PackedEvents[];
  readonly progress: SourceProgress;
};

/** How far a source was read, and every line of it that was passed. */
export type SourceProgress = {
  readonly tally: LineTally;
  readonly losses: readonly Loss[];
  readonly checkpoint: Checkpoint;
  /** The content was read to a sound end: nothing at or before the checkpoint is lost. */
  readonly endsContent: boolean;
};

/** FLOW_WORDS words for each flow that is new in this batch. */
export type FlowKeys = { readonly count: number; readonly words: Int32Array };

/** Counts of flows in spans of time, COUNT_COLUMNS numbers a row, in the order of the table. */
export type CountRows = { readonly count: number; readonly values: Float64Array };

/** Follow-ups of flows in minutes, FOLLOW_UP_COLUMNS numbers a row. */
export type FollowUpRows = { readonly count: number; readonly values: Float64Array };

/** What is known only when a transaction ends. */
export type TransactionEnd = {
  readonly opened: OpenedAttempts;
  readonly recent: readonly RecentColumns[];
};

/** What a transaction added to the bounded tables of open attempts, for a later process to load. */
export type OpenedAttempts = {
  readonly connections: RecentKeyEntries;
  readonly copies: RecentKeyEntries;
  /** Minutes whose attempts are an upper bound, for the table overflowed. */
  readonly upperBoundMinutes: readonly number[];
};

export type RecentKeyEntries = {
  /** Ordinal of the first entry, counted from the beginning of the database. */
  readonly from: number;
  readonly count: number;
  /** Entries before this ordinal are forgotten. */
  readonly keepFrom: number;
  /** The newest time among those forgotten last, microseconds; undefined when none are. */
  readonly forgottenTime: number | undefined;
  /** Six words a key, twelve one of IPv6: the first says in its upper half which it is, 4 or 6. */
  readonly words: Int32Array;
  /** Microseconds since the epoch. */
  readonly times: Float64Array;
};

export type RecentColumns = {
  /** The session that knows their flows: one of the transaction's batches. */
  readonly session: number;
  readonly count: number;
  /** The raw text that the offsets point into. */
  readonly bytes: Uint8Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly flow: Int32Array;
  readonly time: Float64Array;
};

/** Every line of the batch, once: the two sides of the conservation rule. */
export type LineTally = {
  readonly lines: number;
  readonly other: Readonly<Partial<Record<OtherLineKind, number>>>;
  readonly rejected: readonly RejectedLines[];
  /** One of the suspect lines, where there are any. */
  readonly suspectExample?: Uint8Array | undefined;
  /** LOG lines by session index of their prefix; packets are the sum of the repeat counts. */
  readonly prefixes: readonly {
    readonly prefix: number;
    readonly lines: number;
    readonly packets: number;
  }[];
};

export type RejectedLines = {
  readonly reason: RejectReason;
  readonly lines: number;
  readonly example: Uint8Array;
};

/** A row of the loss ledger: what is missing at most, and why. */
export type Loss = {
  readonly reason: LossReason;
  /** Upper bounds; undefined where nothing is known. */
  readonly lines?: number;
  readonly bytes?: number;
  /** Byte offset in the decompressed content at which the gap begins. */
  readonly offset: number;
  /** When, in microseconds since the epoch, as far as it is known. */
  readonly fromTime?: number;
  readonly toTime?: number;
  readonly detail: string;
  /** Hash of the content up to the gap: a sound copy must agree before it fills it. */
  readonly contentHash: string;
};

/** How far a source of lines is read, and how to recognise it. Bytes are decompressed bytes. */
export type Checkpoint = {
  /** Row of the source; a negative number of the session's own for one that has no row yet. */
  readonly source: number;
  readonly path: string;
  readonly kind: SourceKind;
  readonly device: number;
  readonly inode: number;
  readonly offset: number;
  readonly headBytes: number;
  readonly headHash: string;
  readonly anchorBytes: number;
  readonly anchorHash: string;
  /** Hashes of the first denials, to recognise the same lines in another file. */
  readonly firstDenials: readonly string[];
  /** Microseconds since the epoch of the last line read; 0 before the first. */
  readonly lastTime: number;
  /** Hash of all that was counted, where the ledger has a loss; else empty. */
  readonly lossHash: string;
  /** Where to go on in a source of lines that has no offsets: of journald, or /dev/kmsg. */
  readonly cursor: string;
  /** When its counting began, in microseconds since the epoch. */
  readonly begunAt: number;
  /** Nothing more is expected of it: its file was quiet after a rotation, or is gone. */
  readonly isClosed: boolean;
};

export type SourceKind = "file" | "archive" | "journald" | "kmsg" | "stdin";
