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
import { BulkInsert } from "./bulk-insert.ts";
import type { FlowIndexes } from "./flow-indexes.ts";
import type { PrefixRows } from "./prefix-rows.ts";

/** Rows of the names and flows that a counting session knows by index. */
type Rows = {
  readonly nodes: number[];
  readonly prefixes: number[];
  readonly flows: number[];
  readonly flowOf: (index: number) => number;
};

/** Columns of a flow after its id. */
const flowColumns = [
  "src",
  "dst",
  "dst_port",
  "protocol",
  "icmp_type",
  "icmp_code",
  "in_interface",
  "out_interface",
  "prefix",
  "node",
] as const;

/**
 * Finds or makes the rows that the indexes of a batch stand for. This process is the only writer,
 * so it gives out the row ids itself: new rows need no answer, and go in many at a time.
 */
export class SessionRows {
  readonly #indexes: FlowIndexes;
  readonly #prefixes: PrefixRows;
  readonly #insertNode: Database.Statement;
  readonly #insertFlow: BulkInsert;
  readonly #findFlow: Database.Statement;
  readonly #lastFlow: Database.Statement;
  #rows: Rows = emptyRows();
  #flowId = 0;
  /** Flows with larger ids were made by this process, which knows them by index. */
  #foreignFlowId = 0;
  /** Bytes that are no text all read as this character, so that two names may be one here. */
  #hasUnreadable = false;

  constructor(database: Database.Database, indexes: FlowIndexes, prefixes: PrefixRows) {
    this.#indexes = indexes;
    this.#prefixes = prefixes;
    // The no-op update makes RETURNING answer for rows that are there already.
    this.#insertNode = database
      .prepare(
        "INSERT INTO nodes (name) VALUES (?) ON CONFLICT DO UPDATE SET name = name RETURNING id",
      )
      .pluck();
    this.#insertFlow = new BulkInsert(
      database,
      `INSERT INTO flows (id, ${flowColumns.join(", ")})`,
      flowColumns.length + 1,
      "",
    );
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
      if (this.#foreignFlowId > 0) this.#indexes.create();
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
    const word = (index: number) => words[at + index]!;
    const family = word(FLOW_PROTOCOL) >>> 16;
    const address = (last: number, high: number) =>
      addressKey(family, word(high), word(high + 1), word(high + 2), word(last));
    const inName = unpackName(bytes, at + FLOW_IN);
    const outName = unpackName(bytes, at + FLOW_OUT);
    this.#hasUnreadable ||= isUnreadable(inName) || isUnreadable(outName);
    const values = [
      address(FLOW_SRC, FLOW_SRC_HIGH),
      address(FLOW_DST, FLOW_DST_HIGH),
      word(FLOW_PORT) - 1,
      (word(FLOW_PROTOCOL) & 0xffff) - 1,
      (word(FLOW_ICMP) >>> 16) - 1,
      (word(FLOW_ICMP) & 0xffff) - 1,
      inName,
      outName,
      prefixes[word(FLOW_ORIGIN) >>> 16]!,
      nodes[word(FLOW_ORIGIN) & 0xffff]!,
    ];
    if (this.#hasUnreadable) {
      this.#insertFlow.flush();
      this.#indexes.create();
    }
    const mayBeKnown = this.#hasUnreadable || this.#foreignFlowId > 0;
    const known = mayBeKnown ? this.#findFlow.get(...values) : undefined;
    if (known !== undefined) {
      flows.push(known as number);
      return;
    }
    const row = this.#insertFlow.nextRow();
    this.#insertFlow.values[row] = ++this.#flowId;
    for (const [column, value] of values.entries()) {
      this.#insertFlow.values[row + 1 + column] = value;
    }
    flows.push(this.#flowId);
  }
}

function isUnreadable(name: string): boolean {
  return name.includes("\ufffd");
}

/** The name in four words of a key, which `bytes` are too. */
function unpackName(bytes: Buffer, word: number): string {
  const start = word * 4;
  const last = start + FLOW_INTERFACE_WORDS * 4;
  let end = start;
  let seen = 0;
  for (; end < last && bytes[end] !== 0; end++) seen |= bytes[end]!;
  // Names are ASCII, nearly always, and that is read faster.
  return bytes.toString(seen > 0x7f ? "utf8" : "latin1", start, end);
}

function emptyRows(): Rows {
  const flows: number[] = [];
  const flowOf = (index: number) => flows[index]!;
  return { nodes: [], prefixes: [], flows, flowOf };
}
