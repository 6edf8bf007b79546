import { denialOf } from "../../parsers/denial-of.ts";
import { EventClock } from "../../parsers/event-time.ts";
import type { LineResult } from "../../parsers/line-parser.ts";
import { LineRecord } from "../../parsers/line-record.ts";
import { netfilterParser } from "../../parsers/netfilter-parser.ts";
import { prefixText } from "../../parsers/prefix.ts";
import { heapBuffers } from "../follow/batch-buffers.ts";
import type { Content } from "../follow/content.ts";
import { lineBatches } from "../follow/line-batches.ts";
import { openContent } from "../follow/open-content.ts";
import { StreamContent } from "../follow/stream-content.ts";
import type { Denial } from "../model/denial.ts";
import { isRejectReason, type RejectReason } from "../model/line-kind.ts";
import {
  type PrefixJudge,
  prefixJudge,
  type PrefixMeaning,
  type PrefixSettings,
} from "../model/prefix-meaning.ts";

const BATCH_BYTES = 1024 * 1024;

export type ParseSettings = PrefixSettings & {
  readonly timezone: string;
  /** The node of all lines; else the header of each line names it. */
  readonly node: string | undefined;
};

/** Opens a log, an archive, or with `-` standard input. `now` is microseconds since the epoch. */
export async function openLines(
  path: string,
  stdin: NodeJS.ReadableStream,
  now: number,
): Promise<Content> {
  return path === "-" ? await StreamContent.stdin(stdin, now) : openContent(path);
}

/** Reads lines one by one and keeps count of those that were rejected. Nothing is aggregated. */
export class LineReader {
  readonly rejected = new Map<RejectReason, number>();
  readonly #settings: ParseSettings;
  readonly #judge: PrefixJudge;
  /** Neighbouring lines mostly have the same. */
  #prefix = "";
  #meaning: PrefixMeaning;

  constructor(settings: ParseSettings) {
    this.#settings = settings;
    this.#judge = prefixJudge(settings);
    this.#meaning = this.#judge(this.#prefix);
  }

  /**
   * The denials of a content, a batch at a time.
   *
   * @throws ContentDamaged, after what a damaged archive still gave.
   */
  async *denials(content: Content): AsyncGenerator<readonly Denial[]> {
    const { timezone } = this.#settings;
    const clock = new EventClock({ timezone, notAfter: content.modifiedAt, live: false });
    const settings = { offset: 0, buffers: heapBuffers(BATCH_BYTES), endIsLine: true };
    const record = new LineRecord();
    for await (const { bytes, end } of lineBatches(content, settings)) {
      const denials: Denial[] = [];
      for (let start = 0; start < end; start = record.next) {
        const result = netfilterParser.parseNext(bytes, start, end, record);
        const denial = this.#denialOf(result, record, clock);
        if (denial !== undefined) denials.push(denial);
      }
      yield denials;
    }
  }

  #denialOf(result: LineResult, record: LineRecord, clock: EventClock): Denial | undefined {
    if (isRejectReason(result)) this.rejected.set(result, (this.rejected.get(result) ?? 0) + 1);
    if (result !== "log") return undefined;
    const time = clock.timeOf(record);
    const meaning = this.#meaningOf(prefixText(record));
    // A prefix that nobody has judged may well mean denied: it is shown, with its verdict.
    if (meaning.verdict === "allowed" || meaning.verdict === "audit") return undefined;
    const { node } = this.#settings;
    return denialOf(record, { time, timeInferred: clock.inferred, node, meaning });
  }

  #meaningOf(prefix: string): PrefixMeaning {
    if (prefix !== this.#prefix) {
      this.#prefix = prefix;
      this.#meaning = this.#judge(prefix);
    }
    return this.#meaning;
  }
}
