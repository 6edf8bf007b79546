import type Database from "better-sqlite3";
import type { CountedBatch } from "../model/counted-batch.ts";
import {
  FLOW_DST,
  FLOW_DST_HIGH,
  FLOW_ICMP,
  FLOW_IN,
  FLOW_INTERFACE_WORDS,
  FLOW_OUT,
  FLOW_PORT,
  FLOW_PROTOCOL,
  FLOW_SRC,
  FLOW_SRC_HIGH,
} from "../model/flow-key.ts";
import { addressKey } from "./address-key.ts";
import type { Value } from "./bulk-insert.ts";
import type { FlowIndex } from "./flow-index.ts";
import { flowColumns, FlowInsert } from "./flow-insert.ts";

/** A flow: where the words of its key begin, and the rows of its names. */
export type FlowKey = {
  readonly words: Int32Array;
  /** The words, as bytes. */
  readonly bytes: Buffer;
  readonly at: number;
  readonly prefix: number;
  readonly node: number;
};

/**
 * Finds or makes the rows of flows. This process is the only writer, so it gives out the row ids
 * itself: new rows need no answer, and go in many at a time.
 */
export class FlowRows {
  readonly #index: FlowIndex;
  readonly #insertFlow: FlowInsert;
  readonly #findFlow: Database.Statement;
  readonly #lastFlow: Database.Statement;
  #flowId = 0;
  /** Flows with larger ids were made in this session, which knows them by index. */
  #foreignFlowId = 0;
  /** Bytes that are no text all read as this character, so that two names may be one here. */
  #hasUnreadable = false;

  constructor(database: Database.Database, index: FlowIndex) {
    this.#index = index;
    this.#insertFlow = new FlowInsert(database);
    this.#findFlow = database
      .prepare(
        `SELECT id FROM flows WHERE ${flowColumns.map((name) => `${name} = ?`).join(" AND ")}
         AND src_endpoint = 0 AND dst_endpoint = 0 AND kind = 0`,
      )
      .pluck();
    this.#lastFlow = database.prepare("SELECT coalesce(max(id), 0) FROM flows").pluck();
    this.#load();
  }

  /** Before the flows of a batch. */
  begin({ startsSession, nodes, prefixes }: CountedBatch): void {
    if (startsSession) this.#foreignFlowId = this.#flowId;
    this.#hasUnreadable ||= [...nodes, ...prefixes].some(isUnreadable);
  }

  /** The id of a row that the caller makes. */
  nextId(): number {
    return ++this.#flowId;
  }

  /** The row of a flow that is new to the session. */
  rowOf(flow: FlowKey): number {
    if (this.#isNew(flow)) {
      this.#insertFlow.addCommon(++this.#flowId, flow);
      return this.#flowId;
    }
    const values = this.#valuesOf(flow);
    const known = this.#known(values);
    if (known === undefined) this.#insertFlow.add(++this.#flowId, values);
    return known ?? this.#flowId;
  }

  /** The row that a flow has already. */
  find(flow: FlowKey): number | undefined {
    return this.#isNew(flow) ? undefined : this.#known(this.#valuesOf(flow));
  }

  /** Writes the rows that wait. */
  flush(): void {
    this.#insertFlow.flush();
  }

  /** The transaction was undone. */
  discard(): void {
    this.#insertFlow.discard();
    this.#load();
  }

  #load(): void {
    this.#flowId = this.#lastFlow.get() as number;
    this.#foreignFlowId = this.#flowId;
  }

  /** Whether it can have no row yet, and is one of FlowInsert's common flows. */
  #isNew({ words, at }: FlowKey): boolean {
    if (this.#hasUnreadable || this.#foreignFlowId > 0) return false;
    return words[at + FLOW_PROTOCOL]! >>> 16 === 4 && hasAsciiNames(words, at);
  }

  #valuesOf({ words, bytes, at, prefix, node }: FlowKey): Value[] {
    const values = [...valuesOf(words, bytes, at), prefix, node];
    this.#hasUnreadable ||= values.some(
      (value) => typeof value === "string" && isUnreadable(value),
    );
    return values;
  }

  /** The row of a flow that this session may not have made. */
  #known(values: readonly Value[]): number | undefined {
    if (!this.#hasUnreadable && this.#foreignFlowId === 0) return undefined;
    if (this.#hasUnreadable) this.#insertFlow.flush();
    this.#index.need();
    return this.#findFlow.get(...values) as number | undefined;
  }
}

/** The values of flowColumns but for the last two. */
function valuesOf(words: Int32Array, bytes: Buffer, at: number): Value[] {
  const word = (index: number) => words[at + index]!;
  const family = word(FLOW_PROTOCOL) >>> 16;
  const address = (last: number, high: number) =>
    addressKey(family, word(high), word(high + 1), word(high + 2), word(last));
  return [
    address(FLOW_SRC, FLOW_SRC_HIGH),
    address(FLOW_DST, FLOW_DST_HIGH),
    word(FLOW_PORT) - 1,
    (word(FLOW_PROTOCOL) & 0xffff) - 1,
    (word(FLOW_ICMP) >>> 16) - 1,
    (word(FLOW_ICMP) & 0xffff) - 1,
    unpackName(bytes, at + FLOW_IN),
    unpackName(bytes, at + FLOW_OUT),
  ];
}

function hasAsciiNames(words: Int32Array, at: number): boolean {
  let seen = 0;
  for (let i = 0; i < 2 * FLOW_INTERFACE_WORDS; i++) seen |= words[at + FLOW_IN + i]!;
  return (seen & 0x80808080) === 0;
}

function isUnreadable(name: string): boolean {
  return name.includes("\ufffd");
}

/** The name in four words of a key, which `bytes` are too. */
function unpackName(bytes: Buffer, word: number): string {
  const start = word * 4;
  const last = start + FLOW_INTERFACE_WORDS * 4;
  let end = start;
  while (end < last && bytes[end] !== 0) end++;
  return bytes.toString("utf8", start, end);
}
