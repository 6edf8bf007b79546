import { denialOf } from "../../../parsers/denial-of.ts";
import { LineRecord } from "../../../parsers/line-record.ts";
import { netfilterParser } from "../../../parsers/netfilter-parser.ts";
import { prefixText } from "../../../parsers/prefix.ts";
import { eventIds, flowId, noticeId } from "../../forward/message/event-id.ts";
import type { SpooledRecords } from "../../forward/message-source.ts";
import { directionOf } from "../../model/direction.ts";
import type { Outgoing } from "../../model/outgoing.ts";
import { type PrefixJudge, type PrefixMeaning, prefixJudge } from "../../model/prefix-meaning.ts";
import type { PrefixSettings } from "../../model/prefix-meaning.ts";
import type { SpooledChunk } from "../../model/spool.ts";

type Chunk<Kind extends SpooledChunk["kind"]> = Extract<SpooledChunk, { kind: Kind }>;

/** Makes of spooled records what is sent, one by one. */
export class RecordReader {
  readonly #judge: PrefixJudge;
  readonly #record = new LineRecord();
  /** Neighbouring lines mostly have the same. */
  #prefix = "";
  #meaning: PrefixMeaning;

  constructor(settings: PrefixSettings) {
    this.#judge = prefixJudge(settings);
    this.#meaning = this.#judge(this.#prefix);
  }

  recordsOf(chunk: SpooledChunk): SpooledRecords {
    const { id } = chunk;
    switch (chunk.kind) {
      case "events": {
        const idOf = eventIds(chunk.node, chunk.content);
        return { id, count: chunk.events.count, at: (index) => this.#event(chunk, index, idOf) };
      }
      case "flows":
        return { id, count: chunk.flows.length, at: (index) => flowOf(chunk, index) };
      case "notices":
        return { id, count: chunk.notices.length, at: (index) => noticeOf(chunk, index) };
    }
  }

  #event(
    { node, addedAt: readTime, events }: Chunk<"events">,
    index: number,
    idOf: (offset: number) => string,
  ): Outgoing {
    const { bytes, ends, offsets, times } = events;
    const start = index === 0 ? 0 : ends[index - 1]!;
    const line = Buffer.from(bytes.buffer, bytes.byteOffset + start, ends[index]! - start);
    const id = idOf(offsets[index]!);
    const time = times[index]!;
    const record = this.#record;
    const result = netfilterParser.parseNext(line, 0, line.length, record);
    if (result !== "log") return unreadable(id, node, time);
    const meaning = this.#meaningOf(prefixText(record));
    const denial = denialOf(record, { time, timeInferred: false, node, meaning });
    const direction = directionOf(denial.in ?? "", denial.out ?? "");
    const message = record.text.subarray(record.prefixStart, record.textEnd);
    return { kind: "event", id, node, time, readTime, denial, direction, message };
  }

  #meaningOf(prefix: string): PrefixMeaning {
    if (prefix !== this.#prefix) {
      this.#prefix = prefix;
      this.#meaning = this.#judge(prefix);
    }
    return this.#meaning;
  }
}

/** A line of a form that cannot be read without those before it, such as the journal's export. */
function unreadable(id: string, node: string, time: number): Outgoing {
  const text = "A denial was counted whose line cannot be read by itself";
  return { kind: "notice", notice: "dropped", id, node, time, text, details: {} };
}

function flowOf({ id: part, node, flows }: Chunk<"flows">, index: number): Outgoing {
  const spooled = flows[index]!;
  const { flow, intervalStart, intervalEnd: time } = spooled;
  const id = flowId(node, JSON.stringify(flow), intervalStart, part);
  return { kind: "flow", id, node, time, part, ...spooled };
}

function noticeOf({ node, notices }: Chunk<"notices">, index: number): Outgoing {
  const notice = notices[index]!;
  const { time, text } = notice;
  return { kind: "notice", id: noticeId(node, time, text), node, ...notice };
}
