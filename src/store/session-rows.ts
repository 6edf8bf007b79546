import type Database from "better-sqlite3";
import type { CountedBatch } from "../model/counted-batch.ts";
import {
  FLOW_DST,
  FLOW_DST_HIGH,
  FLOW_ICMP,
  FLOW_IN,
  FLOW_INTERFACE_WORDS,
  FLOW_ORIGIN,
  FLOW_OUT,
  FLOW_PORT,
  FLOW_PROTOCOL,
  FLOW_SRC,
  FLOW_SRC_HIGH,
  FLOW_WORDS,
} from "../model/flow-key.ts";
import { addressKey } from "./address-key.ts";
import type { Value } from "./bulk-insert.ts";
import type { FlowIndex } from "./flow-index.ts";
import { flowColumns, FlowInsert } from "./flow-insert.ts";
import type { PrefixRows } from "./prefix-rows.ts";

/** Rows of the names and flows that a counting session knows by index. */
type Rows = {
  readonly nodes: number[];
  readonly prefixes: number[];
  readonly flows: number[];
  readonly flowOf: (index: number) => number;
};

/**
 * Finds or makes the rows that the indexes of a batch stand for. This process is the only writer,
 * so it gives out the row ids itself: new rows need no answer, and go in many at a time.
 */
export class SessionRows {
  readonly #index: FlowIndex;
  readonly #prefixes: PrefixRows;
  readonly #insertNode: Database.Statement;
  readonly #insertFlow: FlowInsert;
  readonly #findFlow: Database.Statement;
  readonly #lastFlow: Database.Statement;
  #rows: Rows = emptyRows();
  #flowId = 0;
  /** Flows with larger ids were made by this process, which knows them by index. */
  #foreignFlowId = 0;
  /** Bytes that are no text all read as this character, so that two names may be one here. */
  #hasUnreadable = false;

  constructor(database: Database.Database, index: FlowIndex, prefixes: PrefixRows) {
    this.#index = index;
    this.#prefixes = prefixes;
    // The no-op update makes RETURNING answer for rows that are there already.
    this.#insertNode = database
      .prepare(
        "INSERT INTO nodes (name) VALUES (?) ON CONFLICT DO UPDATE SET name = name RETURNING id",
      )
      .pluck();
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

  /** Row of a flow of the batch added last; stays true when a later batch starts a new session. */
  flowLookup(): (index: number) => number {
    return this.#rows.flowOf;
  }

  /** Rows of all flows that the session knows by index: they must stay. */
  get flowsInUse(): readonly number[] {
    return this.#rows.flows;
  }

  prefix(index: number): number {
    return this.#rows.prefixes[index]!;
  }

  /** What undoes the batches of a transaction that fails. */
  snapshot(): () => void {
    const rows = this.#rows;
    const { nodes, prefixes, flows } = rows;
    const lengths = [nodes, prefixes, flows].map((ids) => [ids, ids.length] as const);
    return () => {
      this.#rows = rows;
      for (const [ids, length] of lengths) ids.length = length;
      this.#insertFlow.discard();
      this.#load();
    };
  }

  add(batch: CountedBatch): void {
    if (batch.startsSession) {
      this.#rows = emptyRows();
      this.#foreignFlowId = this.#flowId;
    }
    const { nodes, prefixes } = this.#rows;
    this.#hasUnreadable ||= [...batch.nodes, ...batch.prefixes].some(isUnreadable);
    for (const name of batch.nodes) nodes.push(this.#insertNode.get(name) as number);
    for (const text of batch.prefixes) prefixes.push(this.#prefixes.rowOf(text));
    const { count, words } = batch.flows;
    const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
    for (let flow = 0; flow < count; flow++) this.#addFlow(words, bytes, flow * FLOW_WORDS);
    this.#insertFlow.flush();
  }

  #load(): void {
    this.#flowId = this.#lastFlow.get() as number;
    this.#foreignFlowId = this.#flowId;
  }

  #addFlow(words: Int32Array, bytes: Buffer, at: number): void {
    const { nodes, prefixes, flows } = this.#rows;
    const origin = words[at + FLOW_ORIGIN]!;
    const prefix = prefixes[origin >>> 16]!;
    const node = nodes[origin & 0xffff]!;
    const isCommon = words[at + FLOW_PROTOCOL]! >>> 16 === 4 && hasAsciiNames(words, at);
    if (isCommon && !this.#hasUnreadable && this.#foreignFlowId === 0) {
      this.#insertFlow.addCommon(++this.#flowId, words, bytes, at, prefix, node);
      flows.push(this.#flowId);
      return;
    }
    const values = [...valuesOf(words, bytes, at), prefix, node];
    this.#hasUnreadable ||= values.some(
      (value) => typeof value === "string" && isUnreadable(value),
    );
    const known = this.#known(values);
    if (known === undefined) this.#insertFlow.add(++this.#flowId, values);
    flows.push(known ?? this.#flowId);
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

function emptyRows(): Rows {
  const flows: number[] = [];
  const flowOf = (index: number) => flows[index]!;
  return { nodes: [], prefixes: [], flows, flowOf };
}
