import type { FlowMatcher } from "../model/flow-match.ts";
import type { Outgoing, OutgoingEvent, OutgoingFlow } from "../model/outgoing.ts";
import { move, type MovingPosition, type SpoolPosition } from "../model/spool.ts";
import type { Destination } from "./destination.ts";
import { matchableOf } from "./matchable-of.ts";
import type { MessageFormatter } from "./message/message-formatter.ts";

/** Records that were spooled together, made only when they are asked for. */
export interface SpooledRecords {
  readonly id: number;
  readonly count: number;
  at(index: number): Outgoing;
  /** Gives their memory back: none of them is asked for any more. */
  release(): void;
}

/** What waits to be sent, in order. */
export interface Spool {
  /** The first records from this chunk on, if there are any. */
  next(from: number): SpooledRecords | undefined;
}

/**
 * A message for one destination, and where its record stands in the spool. It holds until the next
 * one is asked for: one object for all, for each of a million would be garbage.
 */
export type SourcedMessage = {
  readonly bytes: Buffer;
  readonly position: SpoolPosition;
  /** The position behind it. */
  readonly after: SpoolPosition;
};

const SEQUENCE_MAX = 2_147_483_647;

/** Reads the spool for one destination: what it wants, in its format. */
export class MessageSource {
  readonly #sends: Destination["sends"];
  readonly #matches: FlowMatcher | undefined;
  readonly #makeFormat: () => MessageFormatter;
  readonly #format: MessageFormatter;
  readonly #spool: Spool;
  #records: SpooledRecords | undefined;
  /** Of the next record. */
  readonly #next: MovingPosition;
  #sequence = 0;
  readonly #message: { bytes: Buffer; position: MovingPosition; after: MovingPosition };

  /** Every record passes that `matches` lets through; all, where it is undefined. */
  constructor(
    { sends }: Pick<Destination, "sends">,
    matches: FlowMatcher | undefined,
    makeFormat: () => MessageFormatter,
    spool: Spool,
    position: SpoolPosition,
  ) {
    this.#sends = sends;
    this.#matches = matches;
    this.#makeFormat = makeFormat;
    this.#format = makeFormat();
    this.#spool = spool;
    this.#next = { ...position };
    this.#message = { bytes: Buffer.alloc(0), position: { ...position }, after: { ...position } };
  }

  /** Of the record that is looked at next, a copy: all before were given out or are not wanted. */
  get position(): MovingPosition {
    return { ...this.#next };
  }

  /** The next message; undefined when nothing waits. */
  next(): SourcedMessage | undefined {
    while (true) {
      const records = this.#current();
      if (records === undefined) return undefined;
      const { chunk, record } = this.#next;
      if (record + 1 < records.count) move(this.#next, chunk, record + 1);
      else move(this.#next, chunk + 1, 0);
      const outgoing = records.at(record);
      if (!this.#wants(outgoing)) continue;
      this.#sequence = (this.#sequence % SEQUENCE_MAX) + 1;
      const message = this.#message;
      message.bytes = this.#format(outgoing, this.#sequence).bytes;
      move(message.position, chunk, record);
      move(message.after, this.#next.chunk, this.#next.record);
      return message;
    }
  }

  /** The message of one record again; undefined when the spool does not have it any more. */
  at({ chunk, record }: SpoolPosition): { id: string; bytes: Buffer } | undefined {
    const records = this.#spool.next(chunk);
    if (records?.id !== chunk || record >= records.count) return undefined;
    const outgoing = records.at(record);
    const { id } = outgoing;
    // Of its own, for the next message may still wait to be sent.
    const { bytes } = this.#makeFormat()(outgoing, this.#sequence);
    records.release();
    return { id, bytes };
  }

  /** Goes on at another place: what was given out behind it is given out again. */
  seek({ chunk, record }: SpoolPosition): void {
    move(this.#next, chunk, record);
    this.#records?.release();
    this.#records = undefined;
  }

  /** The records at the position; it moves on where there are none any more. */
  #current(): SpooledRecords | undefined {
    const { chunk, record } = this.#next;
    if (this.#records?.id === chunk) return this.#records;
    this.#records?.release();
    this.#records = this.#spool.next(chunk);
    if (this.#records === undefined) return undefined;
    const { id, count } = this.#records;
    if (id === chunk && record < count) return this.#records;
    move(this.#next, id === chunk ? id + 1 : id, 0);
    return id === chunk ? this.#current() : this.#records;
  }

  #wants(outgoing: Outgoing): boolean {
    switch (outgoing.kind) {
      case "event":
        return this.#sends.events && this.#passes(outgoing);
      case "flow":
        return this.#sends.flows && this.#passes(outgoing);
      case "notice":
        return this.#sends.notices;
    }
  }

  #passes(outgoing: OutgoingEvent | OutgoingFlow): boolean {
    return this.#matches === undefined || this.#matches(matchableOf(outgoing));
  }
}
