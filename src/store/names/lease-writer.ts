import type Database from "better-sqlite3";
import {
  COUNT_COLUMNS,
  COUNT_FIRST_SEEN,
  COUNT_FLOW,
  COUNT_LAST_SEEN,
} from "../../model/count-row.ts";
import type { CountedBatch, CountRows, FlowKeys } from "../../model/counted-batch.ts";
import { FLOW_ORIGIN, FLOW_WORDS } from "../../model/flow-key.ts";
import { NO_PLACE, sidePlaces, type Sighting, SightingTable } from "./sighting-table.ts";

/** Addresses of pods that are kept; of more, those that were seen last. */
const leasesMax = 20_000;

/**
 * Learns which address each pod has: the source of what comes in through its interface, and the
 * destination of what leaves through it. A flow is looked at when it is new, and its counts say
 * until when it was seen: nothing is done for a packet.
 */
export class LeaseWriter {
  readonly #table: SightingTable;
  readonly #prefixes: readonly Buffer[];
  readonly #changed = new Set<Sighting>();
  readonly #upsert: Database.Statement;
  readonly #count: Database.Statement<[], number>;
  readonly #trim: Database.Statement;
  /** Two places for each flow of the session. */
  #places: number[] = [];

  /** `prefixes` are those of the interfaces of pods. */
  constructor(database: Database.Database, prefixes: readonly string[]) {
    this.#table = new SightingTable(prefixes);
    this.#prefixes = prefixes.map((prefix) => Buffer.from(prefix));
    this.#upsert = database.prepare(
      `INSERT INTO leases (address, node, hash, from_time, to_time) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET
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
    if (startsSession) this.#places = [];
    this.#addFlows(flows, nodeOf);
    this.#addTimes(minutes);
  }

  /** Before the commit. */
  flush(): void {
    if (this.#changed.size === 0) return;
    for (const sighting of this.#changed) {
      const { address, node, hash, first, last } = sighting;
      this.#upsert.run(address, node, hash, first, last);
    }
    this.#forgetTimes();
    const over = this.#count.get()! - leasesMax;
    if (over > 0) this.#trim.run(over);
  }

  /** What undoes the batches of a transaction that fails. */
  snapshot(): () => void {
    const places = this.#places;
    const { length } = places;
    return () => {
      this.#places = places;
      places.length = length;
      this.#forgetTimes();
    };
  }

  #addFlows({ count, words }: FlowKeys, nodeOf: (index: number) => number): void {
    const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
    for (let at = 0; at < count * FLOW_WORDS; at += FLOW_WORDS) {
      for (const side of sidePlaces) {
        const isPod = this.#isPod(bytes, (at + side.name) * 4);
        const node = isPod ? nodeOf(words[at + FLOW_ORIGIN]! & 0xffff) : 0;
        this.#places.push(isPod ? this.#table.placeOf(words, at, side, node) : NO_PLACE);
      }
    }
  }

  #isPod(bytes: Buffer, at: number): boolean {
    for (const prefix of this.#prefixes) {
      let same = 0;
      while (same < prefix.length && bytes[at + same] === prefix[same]) same++;
      if (same === prefix.length) return true;
    }
    return false;
  }

  #addTimes({ count, values }: CountRows): void {
    for (let at = 0; at < count * COUNT_COLUMNS; at += COUNT_COLUMNS) {
      const flow = values[at + COUNT_FLOW]! * sidePlaces.length;
      for (let side = 0; side < sidePlaces.length; side++) {
        const place = this.#places[flow + side]!;
        if (place !== NO_PLACE) this.#see(this.#table.sightings[place]!, values, at);
      }
    }
  }

  #see(sighting: Sighting, values: Float64Array, at: number): void {
    const first = values[at + COUNT_FIRST_SEEN]!;
    const last = values[at + COUNT_LAST_SEEN]!;
    if (sighting.first > sighting.last) this.#changed.add(sighting);
    if (first < sighting.first) sighting.first = first;
    if (last > sighting.last) sighting.last = last;
  }

  #forgetTimes(): void {
    for (const sighting of this.#changed) {
      sighting.first = Number.POSITIVE_INFINITY;
      sighting.last = Number.NEGATIVE_INFINITY;
    }
    this.#changed.clear();
  }
}
