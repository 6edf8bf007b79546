import type Database from "better-sqlite3";
import {
  COUNT_COLUMNS,
  COUNT_FIRST_SEEN,
  COUNT_FLOW,
  COUNT_LAST_SEEN,
} from "../../model/count-row.ts";
import type { CountedBatch, CountRows, FlowKeys } from "../../model/counted-batch.ts";
import {
  FLOW_DST,
  FLOW_DST_HIGH,
  FLOW_IN,
  FLOW_ORIGIN,
  FLOW_OUT,
  FLOW_SRC,
  FLOW_SRC_HIGH,
  FLOW_WORDS,
} from "../../model/flow-key.ts";
import { BulkInsert } from "../bulk-insert.ts";
import { NO_PLACE, type SidePlace, sightingsMax, SightingTable } from "./sighting-table.ts";

/** Addresses of pods that are kept; of more, those that were seen last. */
const leasesMax = 20_000;
const FLOWS_MIN = 1024;
const SIDES = 2;
const LEASE_COLUMNS = 5;

const source: SidePlace = { last: FLOW_SRC, high: FLOW_SRC_HIGH, name: FLOW_IN };
const destination: SidePlace = { last: FLOW_DST, high: FLOW_DST_HIGH, name: FLOW_OUT };

/**
 * Learns which address each pod has: the source of what comes in through its interface, and the
 * destination of what leaves through it. A flow is looked at when it is new, and its counts say
 * until when it was seen: nothing is done for a packet.
 */
export class LeaseWriter {
  readonly #table: SightingTable;
  readonly #prefixes: readonly FirstWord[];
  readonly #insert: BulkInsert;
  readonly #count: Database.Statement<[], number>;
  readonly #trim: Database.Statement;
  /** By place: when it was seen since the last commit. */
  readonly #first = new Float64Array(sightingsMax).fill(Number.POSITIVE_INFINITY);
  readonly #last = new Float64Array(sightingsMax).fill(Number.NEGATIVE_INFINITY);
  #changed: number[] = [];
  /** Two places for each flow of the session. */
  #places = new Int32Array(FLOWS_MIN * SIDES);
  #flows = 0;
  #sessions = 0;

  /** `prefixes` are those of the interfaces of pods, of at most four characters. */
  constructor(database: Database.Database, prefixes: readonly string[]) {
    this.#table = new SightingTable(prefixes);
    this.#prefixes = prefixes.map(firstWord);
    this.#insert = new BulkInsert(
      database,
      "INSERT INTO leases (address, node, hash, from_time, to_time)",
      LEASE_COLUMNS,
      `ON CONFLICT DO UPDATE SET
         from_time = min(from_time, excluded.from_time), to_time = max(to_time, excluded.to_time)`,
    );
    this.#count = database
      .prepare<[], number>("SELECT count(*) FROM leases WHERE hash <> ''")
      .pluck();
    this.#trim = database.prepare(
      `DELETE FROM leases WHERE (address, node, hash) IN (
         SELECT address, node, hash FROM leases WHERE hash <> '' ORDER BY to_time LIMIT ?)`,
    );
  }

  /** `nodeOf` gives the row of a node by its index in the session. */
  add({ startsSession, flows, minutes }: CountedBatch, nodeOf: (index: number) => number): void {
    if (startsSession) this.#startSession();
    this.#addFlows(flows, nodeOf);
    this.#addTimes(minutes);
  }

  /** Before the commit. */
  flush(): void {
    if (this.#changed.length === 0) return;
    this.#write();
    const over = this.#count.get()! - leasesMax;
    if (over > 0) this.#trim.run(over);
    if (!this.#table.isFull) return;
    // There is room for new ones again; flows that are known teach nothing more in this session.
    this.#table.clear();
    this.#places.fill(NO_PLACE);
  }

  /** What undoes the batches of a transaction that fails: its flows are added again. */
  snapshot(): () => void {
    const flows = this.#flows;
    const sessions = this.#sessions;
    return () => {
      this.#insert.discard();
      this.#forgetTimes();
      this.#flows = flows;
      // The places of another session: flows that were known before teach nothing more.
      if (this.#sessions !== sessions) this.#places.fill(NO_PLACE, 0, flows * SIDES);
    };
  }

  #startSession(): void {
    this.#write();
    this.#table.clear();
    this.#flows = 0;
    this.#sessions++;
  }

  #addFlows({ count, words }: FlowKeys, nodeOf: (index: number) => number): void {
    while ((this.#flows + count) * SIDES > this.#places.length) {
      const larger = new Int32Array(this.#places.length * 2);
      larger.set(this.#places);
      this.#places = larger;
    }
    for (let at = 0; at < count * FLOW_WORDS; at += FLOW_WORDS) {
      const to = this.#flows++ * SIDES;
      this.#places[to] = this.#placeOf(words, at, source, nodeOf);
      this.#places[to + 1] = this.#placeOf(words, at, destination, nodeOf);
    }
  }

  #placeOf(
    words: Int32Array,
    at: number,
    side: SidePlace,
    nodeOf: (index: number) => number,
  ): number {
    if (!this.#isOfPod(words[at + side.name]!)) return NO_PLACE;
    return this.#table.placeOf(words, at, side, nodeOf(words[at + FLOW_ORIGIN]! & 0xffff));
  }

  /** Whether the name of an interface that begins so is a pod's. */
  #isOfPod(word: number): boolean {
    for (let i = 0; i < this.#prefixes.length; i++) {
      const prefix = this.#prefixes[i]!;
      if ((word & prefix.mask) === prefix.value) return true;
    }
    return false;
  }

  #addTimes({ count, values }: CountRows): void {
    const places = this.#places;
    for (let at = 0; at < count * COUNT_COLUMNS; at += COUNT_COLUMNS) {
      const from = values[at + COUNT_FLOW]! * SIDES;
      const one = places[from]!;
      const other = places[from + 1]!;
      if (one === NO_PLACE && other === NO_PLACE) continue;
      const first = values[at + COUNT_FIRST_SEEN]!;
      const last = values[at + COUNT_LAST_SEEN]!;
      this.#see(one, first, last);
      this.#see(other, first, last);
    }
  }

  #see(place: number, first: number, last: number): void {
    if (place === NO_PLACE) return;
    if (this.#last[place]! < this.#first[place]!) this.#changed.push(place);
    if (first < this.#first[place]!) this.#first[place] = first;
    if (last > this.#last[place]!) this.#last[place] = last;
  }

  #write(): void {
    for (const place of this.#changed) {
      const seen = this.#table.seenAt(place);
      if (seen === undefined) continue;
      const { values } = this.#insert;
      const row = this.#insert.nextRow();
      values[row] = seen.address;
      values[row + 1] = seen.node;
      values[row + 2] = seen.hash;
      values[row + 3] = this.#first[place]!;
      values[row + 4] = this.#last[place]!;
    }
    this.#insert.flush();
    this.#forgetTimes();
  }

  #forgetTimes(): void {
    for (const place of this.#changed) {
      this.#first[place] = Number.POSITIVE_INFINITY;
      this.#last[place] = Number.NEGATIVE_INFINITY;
    }
    this.#changed = [];
  }
}

/** The bytes of a prefix as they stand in the first word of a name, and which of them count. */
type FirstWord = { readonly mask: number; readonly value: number };

function firstWord(prefix: string): FirstWord {
  const name = Buffer.alloc(4);
  name.write(prefix, "latin1");
  const mask = Buffer.alloc(4).fill(0xff, 0, prefix.length);
  const wordOf = (bytes: Buffer) => new Int32Array(Uint8Array.from(bytes).buffer)[0]!;
  return { mask: wordOf(mask), value: wordOf(name) };
}
