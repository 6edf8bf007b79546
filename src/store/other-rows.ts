import type Database from "better-sqlite3";
import { KIND_OTHER, KIND_OTHER_OF_ALL } from "../model/flow-bounds.ts";
import { FLOW_DST, FLOW_DST_HIGH, FLOW_PORT, FLOW_PROTOCOL } from "../model/flow-key.ts";
import { addressKey } from "./address-key.ts";
import type { FlowKey, FlowRows } from "./flow-rows.ts";

/** Rows whose keys are remembered from session to session. */
const KEYS_MAX = 4096;
const NO_NUMBER = -1;
const NO_ADDRESS = new Uint8Array(0);

/** The values of the columns that tell one `other` row from the next. */
type Values = readonly [
  kind: number,
  dst: Uint8Array,
  dstPort: number,
  protocol: number,
  prefix: number,
  node: number,
];

/** Finds or makes the rows that many flows fold into. */
export class OtherRows {
  readonly #database: Database.Database;
  readonly #flowRows: FlowRows;
  #find: Database.Statement | undefined;
  #insert: Database.Statement | undefined;
  #rows = new Map<string, number>();

  constructor(database: Database.Database, flowRows: FlowRows) {
    this.#database = database;
    this.#flowRows = flowRows;
  }

  /** Rows that may be counted in without being looked for. */
  get known(): Iterable<number> {
    return this.#rows.values();
  }

  startSession(): void {
    if (this.#rows.size > KEYS_MAX) this.#rows.clear();
  }

  /** The row of a flow's destination, as far as that is known here. */
  knownOfDestination(flow: FlowKey): number | undefined {
    return this.#rows.get(keyOf(flow));
  }

  ofDestination(flow: FlowKey): number {
    const { words, at, prefix, node } = flow;
    return this.#rowOf(keyOf(flow), () => {
      const family = words[at + FLOW_PROTOCOL]! >>> 16;
      const high = (word: number) => words[at + FLOW_DST_HIGH + word]!;
      const dst = addressKey(family, high(0), high(1), high(2), words[at + FLOW_DST]!);
      const port = words[at + FLOW_PORT]! - 1;
      const protocol = (words[at + FLOW_PROTOCOL]! & 0xffff) - 1;
      return [KIND_OTHER, dst, port, protocol, prefix, node];
    });
  }

  /** The row of all destinations. */
  ofAll({ prefix, node }: FlowKey): number {
    return this.#rowOf(`${prefix} ${node}`, () => {
      return [KIND_OTHER_OF_ALL, NO_ADDRESS, NO_NUMBER, NO_NUMBER, prefix, node];
    });
  }

  /** The transaction was undone. */
  discard(): void {
    this.#rows.clear();
    this.#find = undefined;
  }

  #rowOf(key: string, values: () => Values): number {
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    this.#find ??= this.#prepareFind();
    const wanted = values();
    const row = (this.#find.get(...wanted) as number | undefined) ?? this.#make(wanted);
    this.#rows.set(key, row);
    return row;
  }

  #make(values: Values): number {
    this.#insert ??= this.#database.prepare(
      `INSERT INTO flows (id, kind, dst, dst_port, protocol, prefix, node, src, icmp_type,
         icmp_code, in_interface, out_interface)
       VALUES (?, ?, ?, ?, ?, ?, ?, x'', -1, -1, '', '')`,
    );
    const id = this.#flowRows.nextId();
    this.#insert.run(id, ...values);
    return id;
  }

  /** Where there is no such index, there are no such rows: queries rely on that. */
  #prepareFind(): Database.Statement {
    this.#database.exec(
      `CREATE INDEX IF NOT EXISTS other_flows ON flows (dst, dst_port, protocol) WHERE kind > 0`,
    );
    return this.#database
      .prepare(
        `SELECT id FROM flows INDEXED BY other_flows WHERE kind > 0 AND kind = ? AND dst = ?
           AND dst_port = ? AND protocol = ? AND prefix = ? AND node = ?`,
      )
      .pluck();
  }
}

/** Numbers of 32 bits as characters of 16: to write them in digits takes five times as long. */
function keyOf({ words, at, prefix, node }: FlowKey): string {
  const low = 0xffff;
  const [protocol, port] = [words[at + FLOW_PROTOCOL]!, words[at + FLOW_PORT]!];
  const dst = words[at + FLOW_DST]!;
  // In one call: a string of parts would be copied to be looked up.
  const key = String.fromCharCode(
    protocol >>> 16,
    protocol & low,
    port >>> 16,
    port & low,
    dst >>> 16,
    dst & low,
    prefix >>> 16,
    prefix & low,
    node >>> 16,
    node & low,
  );
  if (protocol >>> 16 === 4) return key;
  const high = at + FLOW_DST_HIGH;
  return `${key} ${words[high]!} ${words[high + 1]!} ${words[high + 2]!}`;
}
