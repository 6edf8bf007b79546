import type Database from "better-sqlite3";
import {
  FLOW_DST,
  FLOW_ICMP,
  FLOW_IN,
  FLOW_INTERFACE_WORDS,
  FLOW_OUT,
  FLOW_PORT,
  FLOW_PROTOCOL,
  FLOW_SRC,
} from "../model/flow-key.ts";
import { putIpv4Key, V4_BYTES } from "./address-key.ts";
import { BulkInsert, ROWS_PER_STATEMENT, type Value } from "./bulk-insert.ts";
import type { FlowKey } from "./flow-rows.ts";

/** Columns of a flow after its id. */
export const flowColumns = [
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

const NAME_BYTES = FLOW_INTERFACE_WORDS * 4;
const NAMES_AT = 2 * V4_BYTES;
const KEY_BYTES = NAMES_AT + 2 * NAME_BYTES;
/** Row ids of names are below this. */
const NODE_BITS = 26;
const BLANK = 0x20;

/** The parts of a common flow, which SQL cuts out of few values; names are filled with blanks. */
const cut = `SELECT column1,
  substr(column2, 1, ${V4_BYTES}),
  substr(column2, ${1 + V4_BYTES}, ${V4_BYTES}),
  column3 - 1,
  (column4 & 0xffff) - 1,
  (column5 >> 16) - 1,
  (column5 & 0xffff) - 1,
  rtrim(CAST(substr(column2, ${1 + NAMES_AT}, ${NAME_BYTES}) AS TEXT)),
  rtrim(CAST(substr(column2, ${1 + NAMES_AT + NAME_BYTES}, ${NAME_BYTES}) AS TEXT)),
  column6 >> ${NODE_BITS},
  column6 & ${2 ** NODE_BITS - 1}`;
const CUT_VALUES = 6;

/**
 * Inserts new flows. To hand a value over takes longer than to cut it out of another in SQL, two or
 * three times so for addresses and names: so a common flow, one of IPv4 whose names are ASCII, is
 * handed over as the words of its key, in half of the time.
 */
export class FlowInsert {
  readonly #common: BulkInsert;
  readonly #other: BulkInsert;
  /** A place for the key of each row of a statement: what is bound is copied at once. */
  readonly #keys = Array.from({ length: ROWS_PER_STATEMENT }, () => Buffer.alloc(KEY_BYTES));

  constructor(database: Database.Database) {
    const head = `INSERT INTO flows (id, ${flowColumns.join(", ")})`;
    this.#common = new BulkInsert(database, `${head} ${cut} FROM (`, CUT_VALUES, ")");
    this.#other = new BulkInsert(database, head, 1 + flowColumns.length, "");
  }

  addCommon(id: number, { words, bytes, at, prefix, node }: FlowKey): void {
    const row = this.#common.nextRow();
    const key = this.#keys[row / CUT_VALUES]!;
    putIpv4Key(key, 0, words[at + FLOW_SRC]!);
    putIpv4Key(key, V4_BYTES, words[at + FLOW_DST]!);
    putName(key, NAMES_AT, bytes, (at + FLOW_IN) * 4);
    putName(key, NAMES_AT + NAME_BYTES, bytes, (at + FLOW_OUT) * 4);
    const { values } = this.#common;
    values[row] = id;
    values[row + 1] = key;
    values[row + 2] = words[at + FLOW_PORT]!;
    values[row + 3] = words[at + FLOW_PROTOCOL]!;
    values[row + 4] = words[at + FLOW_ICMP]!;
    values[row + 5] = prefix * 2 ** NODE_BITS + node;
  }

  /** `columns` are the values of flowColumns. */
  add(id: number, columns: readonly Value[]): void {
    const row = this.#other.nextRow();
    this.#other.values[row] = id;
    for (const [column, value] of columns.entries()) this.#other.values[row + 1 + column] = value;
  }

  flush(): void {
    this.#common.flush();
    this.#other.flush();
  }

  discard(): void {
    this.#common.discard();
    this.#other.discard();
  }
}

/** A name ends at the first 0. */
function putName(key: Buffer, to: number, bytes: Uint8Array, from: number): void {
  let length = 0;
  for (; length < NAME_BYTES && bytes[from + length] !== 0; length++) {
    key[to + length] = bytes[from + length]!;
  }
  for (; length < NAME_BYTES; length++) key[to + length] = BLANK;
}
