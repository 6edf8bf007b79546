import { existsSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { interfaceHash } from "../src/identify/interface-hash.ts";
import { parseAddress } from "../src/model/address.ts";
import { keyOfAddress } from "../src/store/address-key.ts";
import { openForWriting } from "../src/store/open.ts";

export const FLOWS = 50_000;
export const MINUTES = 1000;
export const PODS = 400;
const NAMESPACES = 20;
/** Each flow is denied in every tenth minute: 5,000,000 rows of minutes. */
const EVERY = 10;
export const FIRST_MINUTE = Date.parse("2026-11-22T08:00:00Z") / 60_000;
const MICROS = 60_000_000;

export const ports = [5432, 443, 80, 8080, 53, 6379, 9092, 3306, 27_017, 22] as const;

export const podOf = (index: number) => ({
  namespace: `team-${index % NAMESPACES}`,
  name: `service-${Math.floor(index / 8)}-5d8f7c9b4-x${index}`,
});
export const podAddress = (index: number) => `10.244.${index >> 6}.${(index & 63) + 1}`;
export const outsideAddress = (index: number) =>
  `${[192, 198, 203, 172, 11][index % 5]}.${(index >> 8) & 127}.${index & 255}.7`;

/**
 * A database of 5,000,000 flow-minutes: 50,000 flows over 1,000 minutes between 400 pods and the
 * world, with hours and days beside. It is made once and kept in the temporary folder.
 */
export function queriedDatabase(): string {
  const path = join(tmpdir(), "denyscope-bench-queries-2.db");
  if (existsSync(path)) return path;
  const unfinished = `${path}.unfinished`;
  for (const end of ["", "-wal", "-shm"]) rmSync(unfinished + end, { force: true });
  const database = openForWriting(unfinished);
  database.pragma("synchronous = OFF");
  database.transaction(() => {
    addNames(database);
    addFlows(database);
    addCounts(database);
  })();
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.pragma("journal_mode = DELETE");
  database.close();
  renameSync(unfinished, path);
  return path;
}

function addNames(database: Database.Database): void {
  database.exec("INSERT INTO nodes VALUES (1, 'worker-1'), (2, 'worker-2')");
  const prefix = database.prepare("INSERT INTO prefixes VALUES (?, ?, ?, ?, ?, ?, 0)");
  for (let index = 1; index <= 20; index++) {
    const policy = `deny-${index}`;
    prefix.run(index, `calico-packet default np ${policy}: `, "denied", "default", "np", policy);
  }
  prefix.run(21, "[UFW ALLOW] ", "allowed", null, null, null);
  const pod = database.prepare("INSERT INTO pods VALUES (?, ?, ?, ?, ?, ?, NULL)");
  const lease = database.prepare("INSERT INTO leases VALUES (?, 1, ?, ?, ?)");
  const [from, to] = [(FIRST_MINUTE - 60) * MICROS, (FIRST_MINUTE + MINUTES) * MICROS];
  for (let index = 0; index < PODS; index++) {
    const { namespace, name } = podOf(index);
    const hash = interfaceHash(namespace, name);
    pod.run(index + 1, hash, namespace, name, `uid-${index}`, from);
    lease.run(key(podAddress(index)), hash, from, to);
  }
  lease.run(key("10.0.0.1"), "", from, null);
}

function addFlows(database: Database.Database): void {
  const insert = database.prepare(
    `INSERT INTO flows (id, src, dst, protocol, dst_port, icmp_type, icmp_code, in_interface,
       out_interface, prefix, node) VALUES (?, ?, ?, ?, ?, -1, -1, ?, ?, ?, 1)`,
  );
  for (let id = 1; id <= FLOWS; id++) {
    const { src, dst, from, to } = sidesOf(id);
    const protocol = id % 7 === 0 ? 17 : 6;
    const port = ports[id % ports.length]! + (id % 3 === 0 ? id % 200 : 0);
    insert.run(id, key(src), key(dst), protocol, port, from, to, 1 + (id % 21));
  }
}

/** Four of ten between pods, three to a pod from outside, two from a pod, one to the node. */
function sidesOf(id: number) {
  const [a, b] = [(id * 7919) % PODS, (id * 104_729 + 13) % PODS];
  const outside = outsideAddress((id * 31) % 30_000);
  if (id % 10 < 4) {
    return { src: podAddress(a), dst: podAddress(b), from: interfaceOf(a), to: interfaceOf(b) };
  }
  if (id % 10 < 7) return { src: outside, dst: podAddress(b), from: "eth0", to: interfaceOf(b) };
  if (id % 10 < 9) return { src: podAddress(a), dst: outside, from: interfaceOf(a), to: "eth0" };
  return { src: outside, dst: "10.0.0.1", from: "eth0", to: "" };
}

const interfaces: string[] = [];
function interfaceOf(index: number): string {
  const { namespace, name } = podOf(index);
  return (interfaces[index] ??= `cali${interfaceHash(namespace, name)}`);
}

function addCounts(database: Database.Database): void {
  database.exec(`
    WITH RECURSIVE span(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM span WHERE i < ${MINUTES - 1})
    INSERT INTO flow_minutes
      (minute, flow, packets, attempts, bytes, tcp_flags, first_seen, last_seen)
    SELECT ${FIRST_MINUTE} + i, id, 1 + (id * 7 + i) % 9, 1 + (id + i) % 2, 60, 128,
      (${FIRST_MINUTE} + i) * ${MICROS} + id, (${FIRST_MINUTE} + i) * ${MICROS} + 30000000
    FROM span CROSS JOIN flows WHERE id % ${EVERY} = i % ${EVERY} ORDER BY i, id`);
  for (const [unit, from, length] of [
    ["hour", "minute", 60],
    ["day", "hour", 24],
  ] as const) {
    database.exec(`
      INSERT INTO flow_${unit}s
        (${unit}, flow, packets, attempts, bytes, tcp_flags, first_seen, last_seen)
      SELECT ${from} / ${length}, flow, sum(packets), sum(attempts), sum(bytes), max(tcp_flags),
        min(first_seen), max(last_seen)
      FROM flow_${from}s GROUP BY 1, 2 ORDER BY 1, 2`);
  }
}

function key(address: string): Buffer {
  return keyOfAddress(parseAddress(address)!);
}
