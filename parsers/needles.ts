/**
 * Byte strings of which every line holds one that is anything but `ordinary`, as long as it is no
 * longer than lineBytesMax and no record of the journal's export format is open
 * (record.exported.isOpen). So a caller passes the lines between them at the speed of a search.
 */
export const needles: readonly string[] = [
  // LOG lines, whole and damaged, and what has their shape.
  "IN=",
  // Packets that lost their head (damage.ts).
  "PROTO=",
  // Repeats, old and new (header/repeated.ts).
  "message repeated ",
  // Loss messages (loss-message.ts): `Suppressed`, `suppressed`, `Missed`, `missed`.
  "rate-limiting",
  "uppressed",
  "issed ",
  " messages dropped",
  // The tag of denyscope's own lines (header/program.ts).
  "denyscope",
  // Messages in JSON, whose escapes hide all of the above (journal/json-line.ts).
  '"MESSAGE"',
  '"log"',
  // The beginning of a record of the export format (journal/export-line.ts).
  "__CURSOR=",
  "__REALTIME_TIMESTAMP=",
];

const words = needles.map((needle) => Buffer.from(needle));

/** Finds the next needle in a buffer; passes each byte once for each needle, not for each line. */
export class NeedleSearch {
  readonly #next = new Float64Array(words.length);
  #bytes: Buffer = Buffer.alloc(0);
  #end = 0;

  /** Begins with bytes[0, end). */
  start(bytes: Buffer, end: number): void {
    this.#bytes = bytes;
    this.#end = end;
    this.#next.fill(-1);
  }

  /** Index of the first needle that begins at `from` or behind it; `end` when there is none. */
  find(from: number): number {
    let nearest = this.#end;
    for (let i = 0; i < words.length; i++) {
      if (this.#next[i]! < from) {
        const found = this.#bytes.indexOf(words[i]!, from);
        this.#next[i] = found < 0 || found > this.#end ? this.#end : found;
      }
      nearest = Math.min(nearest, this.#next[i]!);
    }
    return nearest;
  }
}
