import type Database from "better-sqlite3";
import { parseAddress } from "../../src/model/address.ts";
import { readPodDirectory } from "../../src/identify/pod-directory.ts";
import { hashOfInterface } from "../../src/model/pod-interface.ts";
import { deniedPrefixDefaults, verdictOf } from "../../src/model/verdict.ts";
import { keyOfAddress } from "../../src/store/address-key.ts";
import { PodRows } from "../../src/store/names/pod-rows.ts";
import { openForWriting } from "../../src/store/open.ts";

export const MINUTE = 60_000_000;
/** A whole day of the epoch, so that tests can speak of minutes from its beginning. */
export const DAY_START = Date.parse("2026-11-22T00:00:00Z") * 1000;
const FIRST_MINUTE = DAY_START / MINUTE;

/** A flow in the words of a test, and what was counted of it in one minute of the day. */
export type SeedCount = {
  readonly src: string;
  readonly dst: string;
  readonly protocol: number;
  readonly dstPort: number;
  readonly icmpType: number;
  readonly icmpCode: number;
  readonly in: string;
  readonly out: string;
  readonly prefix: string;
  readonly node: string;
  /** From the beginning of the day; may be negative. */
  readonly minute: number;
  readonly packets: number;
  readonly attempts: number;
  readonly bytes: number;
  readonly tcpFlags: number;
};

const usual: SeedCount = {
  src: "10.244.17.12",
  dst: "10.244.17.13",
  protocol: 6,
  dstPort: 5432,
  icmpType: -1,
  icmpCode: -1,
  in: "cali7240507a6be",
  out: "cali0258606045f",
  prefix: "calico-packet: ",
  node: "worker-1",
  minute: 600,
  packets: 1,
  attempts: 1,
  bytes: 60,
  tcpFlags: 1 << 7,
};

/** A line of rsyslog as the kernel's own would be, at the beginning of its minute. */
function lineOf(row: SeedCount): string {
  const time = new Date((DAY_START + row.minute * MINUTE) / 1000).toISOString();
  const ports = `SPT=40000 DPT=${row.dstPort}`;
  const transport =
    row.protocol === 17
      ? `PROTO=UDP ${ports} LEN=40 `
      : `PROTO=TCP ${ports} WINDOW=64240 RES=0x00 SYN URGP=0 `;
  return (
    `${time} ${row.node} kernel: [  100.000001] ${row.prefix}IN=${row.in} OUT=${row.out} ` +
    `SRC=${row.src} DST=${row.dst} LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF ${transport}`
  );
}

/** A real database of the real schema in memory, with rows as the store writes them. */
export class SeededDatabase implements Disposable {
  readonly database: Database.Database = openForWriting(":memory:");

  constructor(...counts: readonly Partial<SeedCount>[]) {
    for (const count of counts) this.add(count);
  }

  add(count: Partial<SeedCount>): void {
    const row = { ...usual, ...count };
    const flow = this.#flowOf(row);
    const minute = FIRST_MINUTE + row.minute;
    this.#count("minute", minute, flow, row);
    this.#count("hour", Math.floor(minute / 60), flow, row);
    this.#count("day", Math.floor(minute / 1440), flow, row);
  }

  /** Counts a denial, and keeps its line; as a folded flow's with `kind`. Gives the line. */
  addLine(
    count: Partial<SeedCount>,
    { kind = 0, line }: { kind?: number; line?: string } = {},
  ): string {
    const row = { ...usual, ...count };
    this.add(row);
    const flow = this.#flowOf(row);
    if (kind > 0) {
      this.database
        .prepare(
          `UPDATE flows SET kind = ?, src = x'', in_interface = '', out_interface = ''
           WHERE id = ?`,
        )
        .run(kind, flow);
    }
    const text = line ?? lineOf(row);
    this.database
      .prepare("INSERT INTO recent_denials (time, flow, line) VALUES (?, ?, ?)")
      .run(DAY_START + row.minute * MINUTE, flow, Buffer.from(text));
    return text;
  }

  /** Times in minutes of the day; without an end it is still there. */
  addPod(namespace: string, name: string, uid: string, from: number, to?: number): void {
    const { hash } = readPodDirectory(`${namespace}_${name}_${uid}`)!;
    const pod = { namespace, name, uid, hash, from: DAY_START + from * MINUTE };
    const rows = new PodRows(this.database);
    const change = { appeared: [], gone: [], isComplete: false, time: 0 };
    rows.change({ ...change, appeared: [pod] });
    if (to !== undefined) rows.change({ ...change, gone: [uid], time: DAY_START + to * MINUTE });
  }

  /** `of` is the interface of a pod, or none for the own address of the node. */
  addLease(address: string, of: string, from: number, to: number | null, node = "worker-1"): void {
    const micros = (minute: number | null) =>
      minute === null ? null : DAY_START + minute * MINUTE;
    const hash = of === "" ? "" : hashOfInterface(of)!;
    this.database
      .prepare("INSERT INTO leases VALUES (?, ?, ?, ?, ?)")
      .run(keyOfAddress(parseAddress(address)!), this.#node(node), hash, micros(from), micros(to));
  }

  #count(unit: string, span: number, flow: number, row: SeedCount): void {
    const seen = DAY_START + row.minute * MINUTE;
    this.database
      .prepare(
        `INSERT INTO flow_${unit}s
           (${unit}, flow, packets, attempts, bytes, tcp_flags, first_seen, last_seen)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET packets = packets + excluded.packets,
           attempts = attempts + excluded.attempts, bytes = bytes + excluded.bytes,
           tcp_flags = tcp_flags | excluded.tcp_flags,
           first_seen = min(first_seen, excluded.first_seen),
           last_seen = max(last_seen, excluded.last_seen)`,
      )
      .run(span, flow, row.packets, row.attempts, row.bytes, row.tcpFlags, seen, seen);
  }

  #flowOf(row: SeedCount): number {
    const key = [
      keyOfAddress(parseAddress(row.src)!),
      keyOfAddress(parseAddress(row.dst)!),
      row.protocol,
      row.dstPort,
      row.icmpType,
      row.icmpCode,
      row.in,
      row.out,
      this.#prefix(row.prefix),
      this.#node(row.node),
    ];
    const found = this.database
      .prepare(
        `SELECT id FROM flows WHERE src = ? AND dst = ? AND protocol = ? AND dst_port = ?
           AND icmp_type = ? AND icmp_code = ? AND in_interface = ? AND out_interface = ?
           AND prefix = ? AND node = ?`,
      )
      .pluck()
      .get(...key);
    if (found !== undefined) return found as number;
    const added = this.database
      .prepare(
        `INSERT INTO flows (src, dst, protocol, dst_port, icmp_type, icmp_code, in_interface,
           out_interface, prefix, node) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(...key);
    return Number(added.lastInsertRowid);
  }

  #node(name: string): number {
    this.database.prepare("INSERT OR IGNORE INTO nodes (name) VALUES (?)").run(name);
    return this.database.prepare("SELECT id FROM nodes WHERE name = ?").pluck().get(name) as number;
  }

  #prefix(text: string): number {
    this.database
      .prepare("INSERT OR IGNORE INTO prefixes (text, verdict) VALUES (?, ?)")
      .run(text, verdictOf(text, deniedPrefixDefaults));
    return this.database
      .prepare("SELECT id FROM prefixes WHERE text = ?")
      .pluck()
      .get(text) as number;
  }

  [Symbol.dispose](): void {
    this.database.close();
  }
}
