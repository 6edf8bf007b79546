/**
 * The tables of a LineCounter, wherever they are: in this process's heap, or in the memory of the
 * engine. Arrays are views: what is counted next may change them.
 */
export interface CounterTables {
  /** The place for a line that countGroup(1) is to count (model/line-words.ts), and its time. */
  readonly lines: Int32Array;
  /** Microseconds since the epoch. */
  readonly times: Float64Array;
  /** Which prefixes stand for denials, by index: 1, else 0. */
  readonly isDenied: Uint8Array;
  readonly prefixLines: Float64Array;
  readonly prefixPackets: Float64Array;
  readonly flows: { readonly count: number; readonly words: Int32Array };
  readonly minutes: { readonly rows: number; readonly values: Float64Array; clear(): void };
  readonly recent: RecentTable;
  readonly attempts: {
    readonly connections: KeyTable;
    readonly copies: KeyTable;
    readonly upperBoundMinutes: Float64Array;
    upperBoundCount: number;
  };
  countGroup(count: number): void;
  /** The number of the flow whose key is in `lines`; nothing is counted of it. */
  placeFlow(): number;
  /** Forgets the flows; their numbers start again from 0. */
  startSession(): void;
}

/** A ring of where the last denials lie in their batch; `count` is not bounded by its length. */
export type RecentTable = {
  readonly count: number;
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly flow: Int32Array;
  readonly time: Float64Array;
  clear(): void;
};

/** What RecentKeys remembers. Ordinals are counted from the beginning of the database. */
export type KeyTable = {
  readonly entriesMax: number;
  readonly key: Int32Array;
  readonly words: Int32Array;
  readonly ipv6Words: Int32Array;
  readonly times: Float64Array;
  /** Ordinal of the next entry. */
  readonly total: number;
  readonly keepFrom: number;
  forgottenTime: number;
  load(ordinal: number, time: number): void;
};
