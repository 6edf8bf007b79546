import { LineRecord } from "../../parsers/line-record.ts";
import { netfilterParser } from "../../parsers/netfilter-parser.ts";

const LF = 0x0a;
const NOWHERE = -1;

/**
 * Finds the LOG line that `last message repeated N times` is about: the one right before it, or
 * before other repeats of it. It may have been counted elsewhere, so it is read again.
 */
export class RepeatedLine {
  /** The last lines of the batches before, with their line ends; empty where nobody knows them. */
  #before: Buffer;
  /** The line that the last repeat of the batch was about, with its line end. */
  #repeated: Buffer | undefined;
  /** Where that repeat ends. */
  #repeatEnd = NOWHERE;
  readonly #record = new LineRecord();

  /** `before` is what stands before the first batch; it may begin within a line. */
  constructor(before: Uint8Array, beginsWithLine: boolean) {
    const from = beginsWithLine ? 0 : before.indexOf(LF) + 1;
    this.#before = Buffer.from(before.subarray(from));
  }

  /**
   * The LOG line that the repeat in `repeat` is about, whose line begins at `start` of its batch;
   * its repeat count is that of the repeat. Undefined where it is none, or another host's.
   */
  find(bytes: Buffer, start: number, repeat: LineRecord): LineRecord | undefined {
    // In a message that had to be decoded it is not known what stands before.
    if (repeat.text !== bytes) return undefined;
    const repeated = this.#lineBefore(bytes, start);
    this.#repeated = repeated;
    this.#repeatEnd = repeat.next;
    if (repeated === undefined) return undefined;
    const record = this.#record;
    const isLog = netfilterParser.parse(repeated, 0, repeated.length - 1, record) === "log";
    if (!isLog || record.text !== repeated) return undefined;
    const isOfHost =
      repeated.compare(
        bytes,
        repeat.nodeStart,
        repeat.nodeEnd,
        record.nodeStart,
        record.nodeEnd,
      ) === 0;
    if (!isOfHost) return undefined;
    record.repeated = repeat.repeated;
    return record;
  }

  /** Keeps what the next batch may need: its bytes are somebody else's afterwards. */
  endBatch(bytes: Buffer, end: number): void {
    if (end > 0) this.#before = Buffer.from(this.#lineBefore(bytes, end) ?? []);
    this.#repeatEnd = NOWHERE;
    this.#repeated = undefined;
  }

  #lineBefore(bytes: Buffer, at: number): Buffer | undefined {
    if (at === this.#repeatEnd) return this.#repeated;
    if (at > 0) return bytes.subarray(lineStart(bytes, at), at);
    // Repeats may stand there too.
    for (let end = this.#before.length; end > 0; ) {
      const start = lineStart(this.#before, end);
      const result = netfilterParser.parse(this.#before, start, end - 1, this.#record);
      if (result !== "repeat-of-previous") return this.#before.subarray(start, end);
      end = start;
    }
    return undefined;
  }
}

/** Where the line begins that ends, with its line end, at `end`. */
function lineStart(bytes: Buffer, end: number): number {
  return end < 2 ? 0 : bytes.lastIndexOf(LF, end - 2) + 1;
}
