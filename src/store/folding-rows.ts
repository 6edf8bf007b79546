import type Database from "better-sqlite3";
import {
  COUNT_ATTEMPTS,
  COUNT_BYTES,
  COUNT_COLUMNS,
  COUNT_FIRST_SEEN,
  COUNT_FLOW,
  COUNT_LAST_SEEN,
  COUNT_PACKETS,
  COUNT_SPAN,
  COUNT_TCP_FLAGS,
} from "../model/count-row.ts";
import type { CountedBatch, CountRows } from "../model/counted-batch.ts";
import type { FlowBounds } from "../model/flow-bounds.ts";
import {
  FLOW_ORIGIN,
  FLOW_PROTOCOL,
  FLOW_SRC,
  FLOW_SRC_HIGH,
  FLOW_WORDS,
  FLOW_WORDS_IPV4,
} from "../model/flow-key.ts";
import { FOLLOW_UP_COLUMNS, FOLLOW_UP_FLOW, FOLLOW_UP_SPAN } from "../model/follow-up-row.ts";
import { finishHash, hashWord } from "../model/key-hash.ts";
import { SpanCounts } from "../model/span-counts.ts";
import { FlowBudget } from "./flow-budget.ts";
import type { FlowKey, FlowRows } from "./flow-rows.ts";
import { KnownFlows } from "./known-flows.ts";
import { OtherRows } from "./other-rows.ts";
import { SessionFlowKeys } from "./session-flow-keys.ts";
import type { SessionNames } from "./session-names.ts";
import type { PlacedCounts, RowsOfSession } from "./session-rows.ts";
import { SketchWriter } from "./sketch-writer.ts";

export type FoldingOptions = {
  readonly bounds: FlowBounds;
  readonly names: SessionNames;
  readonly flowRows: FlowRows;
  /** Writes the counts of minutes that wait. */
  readonly settle: () => void;
};

/** Counts of the same flow may go to different rows, minute by minute. */
type Session = {
  readonly keys: SessionFlowKeys;
  /** Rows that are counted in; a place in this list stands for its row in counts. */
  readonly rows: number[];
  readonly placeOf: Map<number, number>;
  readonly rowOf: (place: number) => number;
  readonly rowOfFlow: (index: number) => number;
};

/**
 * Flows have a row of their own as far as the bounds of each minute allow. What is over them is
 * counted in the `other` rows, and is decided anew each time: so a flow may get its row later.
 */
export class FoldingRows implements RowsOfSession {
  readonly #options: FoldingOptions;
  readonly #budget: FlowBudget;
  readonly #others: OtherRows;
  readonly #known = new KnownFlows();
  readonly #sketches: SketchWriter;
  /** Of the last batch: what folds into one row is added up before it is written. */
  readonly #counts = new SpanCounts();
  #folded = 0;
  #session: Session = emptySession([]);
  /** Sessions that ended in the open transaction: what undoes it goes back to the first. */
  #ended: Session[] = [];

  constructor(database: Database.Database, options: FoldingOptions) {
    this.#options = options;
    this.#budget = new FlowBudget(database, options.bounds);
    this.#others = new OtherRows(database, options.flowRows);
    this.#sketches = new SketchWriter(database);
  }

  get folded(): number {
    return this.#folded;
  }

  get flowsInUse(): readonly number[] {
    return this.#session.rows;
  }

  flowLookup(): (index: number) => number {
    return this.#session.rowOfFlow;
  }

  place(batch: CountedBatch): PlacedCounts {
    if (batch.startsSession) {
      this.#others.startSession();
      this.#ended.push(this.#session);
      this.#session = emptySession(this.#others.known);
    }
    this.#session.keys.add(batch.flows);
    this.#placeCounts(batch.minutes);
    const followUps = batch.followUps.values.slice();
    for (let at = 0; at < batch.followUps.count * FOLLOW_UP_COLUMNS; at += FOLLOW_UP_COLUMNS) {
      const place = this.#place(
        followUps[at + FOLLOW_UP_FLOW]!,
        followUps[at + FOLLOW_UP_SPAN]!,
        0,
      );
      followUps[at + FOLLOW_UP_FLOW] = place;
    }
    this.#options.flowRows.flush();
    return {
      minutes: { count: this.#counts.rows, values: this.#counts.values },
      followUps: { count: batch.followUps.count, values: followUps },
      rowOf: this.#session.rowOf,
    };
  }

  flush(): void {
    this.#sketches.flush();
  }

  /** A transaction that fails leaves the keys of its session; all else is found again. */
  snapshot(): () => void {
    const session = this.#session;
    const { count } = session.keys;
    this.#folded = 0;
    for (const { keys } of this.#ended.splice(0)) keys.release();
    return () => {
      this.#session = session;
      this.#ended = [];
      session.keys.forgetRows(count);
      session.rows.length = 0;
      session.placeOf.clear();
      this.#budget.discard();
      this.#others.discard();
      this.#sketches.discard();
    };
  }

  #placeCounts({ count, values }: CountRows): void {
    this.#counts.clear();
    for (let at = 0; at < count * COUNT_COLUMNS; at += COUNT_COLUMNS) {
      const minute = values[at + COUNT_SPAN]!;
      const packets = values[at + COUNT_PACKETS]!;
      this.#counts.add(
        this.#place(values[at + COUNT_FLOW]!, minute, packets),
        minute,
        values[at + COUNT_FIRST_SEEN]!,
        values[at + COUNT_LAST_SEEN]!,
        packets,
        values[at + COUNT_ATTEMPTS]!,
        values[at + COUNT_BYTES]!,
        values[at + COUNT_TCP_FLAGS]!,
      );
    }
  }

  /** Where the counts of a flow in a minute go. */
  #place(index: number, minute: number, packets: number): number {
    const { keys } = this.#session;
    this.#budget.goTo(minute, this.#options.settle);
    const row = keys.rowOf(index) ?? this.#findRow(index, packets);
    const kept = row !== undefined && this.#budget.keeps(row, packets);
    const counted = kept ? row : this.#otherRow(this.#keyOf(index), minute, packets);
    keys.countedIn(index, counted);
    return placeOf(this.#session, counted);
  }

  /** The row of a flow that has none in this session, if it has or gets one. */
  #findRow(index: number, packets: number): number | undefined {
    const { flowRows } = this.#options;
    const flow = this.#keyOf(index);
    const hash = hashOf(flow);
    let row: number | undefined;
    if (this.#budget.hasRoom) {
      row = flowRows.rowOf(flow);
    } else if (this.#budget.isHeavy(packets)) {
      row = flowRows.rowOf(flow);
      this.#budget.addHeavy(row);
    } else if (this.#known.mayHave(hash)) {
      row = flowRows.find(flow);
    }
    if (row === undefined) return undefined;
    this.#known.add(hash);
    this.#session.keys.hasRow(index, row);
    return row;
  }

  #otherRow(flow: FlowKey, minute: number, packets: number): number {
    const isTaken = this.#budget.takesOther(this.#others.knownOfDestination(flow));
    const row = isTaken ? this.#others.ofDestination(flow) : this.#others.ofAll(flow);
    this.#budget.addOther(row);
    this.#folded += packets;
    // A follow-up is no denial: its source is none of those that were denied.
    if (packets > 0) this.#sketches.add(row, minute, sourceHash(flow));
    return row;
  }

  #keyOf(index: number): FlowKey {
    const { words, bytes, at } = this.#session.keys.keyOf(index);
    const origin = words[at + FLOW_ORIGIN]!;
    const prefix = this.#options.names.prefix(origin >>> 16);
    return { words, bytes, at, prefix, node: this.#options.names.node(origin & 0xffff) };
  }
}

function emptySession(inUse: Iterable<number>): Session {
  const keys = new SessionFlowKeys();
  const rows: number[] = [];
  const session = {
    keys,
    rows,
    placeOf: new Map<number, number>(),
    rowOf: (place: number) => rows[place]!,
    rowOfFlow: (index: number) => keys.lastRowOf(index),
  };
  for (const row of inUse) placeOf(session, row);
  return session;
}

function placeOf({ rows, placeOf: places }: Session, row: number): number {
  const known = places.get(row);
  if (known !== undefined) return known;
  places.set(row, rows.length);
  return rows.push(row) - 1;
}

/** The same in every session, for indexes of names are not in it. */
function hashOf({ words, at, prefix, node }: FlowKey): number {
  let hash = hashWord(prefix, node);
  const last = words[at + FLOW_PROTOCOL]! >>> 16 === 4 ? FLOW_WORDS_IPV4 : FLOW_WORDS;
  for (let word = 0; word < last; word++) {
    if (word !== FLOW_ORIGIN) hash = hashWord(hash, words[at + word]!);
  }
  return finishHash(hash);
}

function sourceHash({ words, at }: FlowKey): number {
  const family = words[at + FLOW_PROTOCOL]! >>> 16;
  let hash = hashWord(family, words[at + FLOW_SRC]!);
  for (let word = 0; family !== 4 && word < 3; word++) {
    hash = hashWord(hash, words[at + FLOW_SRC_HIGH + word]!);
  }
  return finishHash(hash);
}
