import { EventIds, flowId, noticeId } from "../../forward/message/event-id.ts";
import type { SpooledRecords } from "../../forward/message-source.ts";
import type { Outgoing } from "../../model/outgoing.ts";
import { freeArray } from "../../model/free-array.ts";
import { type PrefixSettings, prefixJudge } from "../../model/prefix-meaning.ts";
import type { SpooledChunk } from "../../model/spool.ts";
import type { EndpointResolver } from "../../query/endpoints/endpoint-resolver.ts";
import { SpooledEvent } from "./spooled-event.ts";

type Chunk<Kind extends SpooledChunk["kind"]> = Extract<SpooledChunk, { kind: Kind }>;

/** Of records that are objects, which a collector of garbage sees. */
const release = (): void => undefined;

/** Makes of spooled records what is sent, one by one: each holds until the next is made. */
export class RecordReader {
  readonly #event: SpooledEvent;
  readonly #resolver: EndpointResolver;

  /** `withShapes`: see SpooledEvent. */
  constructor(settings: PrefixSettings, resolver: EndpointResolver, withShapes: boolean) {
    this.#event = new SpooledEvent(prefixJudge(settings), resolver, withShapes);
    this.#resolver = resolver;
  }

  recordsOf(chunk: SpooledChunk): SpooledRecords {
    const { id } = chunk;
    switch (chunk.kind) {
      case "events": {
        const ids = new EventIds(chunk.node, chunk.content);
        return {
          id,
          count: chunk.events.count,
          at: (index) => this.#eventOf(chunk, index, ids),
          release: () => freeArray(chunk.events.bytes),
        };
      }
      case "flows":
        return {
          id,
          count: chunk.flows.length,
          at: (index) => this.#flowOf(chunk, index),
          release,
        };
      case "notices":
        return { id, count: chunk.notices.length, at: (index) => noticeOf(chunk, index), release };
    }
  }

  #eventOf({ node, addedAt, events }: Chunk<"events">, index: number, ids: EventIds): Outgoing {
    const { bytes, ends, offsets, times } = events;
    const event = this.#event;
    const offset = offsets[index]!;
    const time = times[index]!;
    const start = index === 0 ? 0 : ends[index - 1]!;
    if (!event.read(bytes, start, ends[index]!, node, time)) {
      return unreadable(ids.of(offset), node, time);
    }
    event.ids = ids;
    event.offset = offset;
    event.readTime = addedAt;
    return event;
  }

  #flowOf({ id: part, node, flows }: Chunk<"flows">, index: number): Outgoing {
    const spooled = flows[index]!;
    const { flow, intervalStart, intervalEnd: time, firstSeen, lastSeen } = spooled;
    const id = flowId(node, JSON.stringify(flow), intervalStart, part);
    const endpoints = this.#resolver.endpointsOf({ ...flow, node, firstSeen, lastSeen });
    return { kind: "flow", id, node, time, part, ...spooled, ...endpoints };
  }
}

/** A line of a form that cannot be read without those before it, such as the journal's export. */
function unreadable(id: string, node: string, time: number): Outgoing {
  const text = "A denial was counted whose line cannot be read by itself";
  return { kind: "notice", notice: "dropped", id, node, time, text, details: {} };
}

function noticeOf({ node, notices }: Chunk<"notices">, index: number): Outgoing {
  const notice = notices[index]!;
  const { time, text } = notice;
  return { kind: "notice", id: noticeId(node, time, text), node, ...notice };
}
