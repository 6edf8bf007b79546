import type Database from "better-sqlite3";
import { parseAddress } from "../../model/address.ts";
import { canBePods } from "../../model/pod-address.ts";
import { nodeOfStaticPod } from "../../model/static-pod.ts";
import { addressText } from "../../store/address-key.ts";
import type { Lease, NameSource, PodLife } from "./name-source.ts";

const podSelection = "namespace, name, uid, from_time AS 'from', ifnull(to_time, 9e999) AS 'to'";
const leaseColumns =
  "l.address, n.name AS node, l.hash, l.from_time AS 'from', ifnull(l.to_time, 9e999) AS 'to'";
const leaseSelection = `SELECT ${leaseColumns} FROM leases l JOIN nodes n ON n.id = l.node`;

/** By the hash of their interface, the oldest first. */
export type PodsByHash = ReadonlyMap<string, readonly PodLife[]>;
export type LeasesByAddress = ReadonlyMap<string, readonly Lease[]>;

export type StoredNames = NameSource & {
  readonly pods: PodsByHash;
  readonly leases: LeasesByAddress;
};

/**
 * All names of a database, read at once: a function that SQL calls may not ask the database. There
 * are some ten thousand at most.
 */
export function storedNames(database: Database.Database): StoredNames {
  return namesOf(readPods(database), readLeases(database));
}

export function namesOf(pods: PodsByHash, leases: LeasesByAddress): StoredNames {
  const names: StoredNames = {
    pods,
    leases,
    podsOf: (hash) => pods.get(hash) ?? [],
    leasesOf: (address) => leases.get(address) ?? [],
    current: () => names,
  };
  return names;
}

export function readPods(database: Database.Database): PodsByHash {
  const pods = new Map<string, PodLife[]>();
  const all = database.prepare<[], PodLife & { readonly hash: string }>(
    `SELECT hash, ${podSelection} FROM pods ORDER BY from_time, id`,
  );
  const nodes = new Set(database.prepare<[], string>("SELECT name FROM nodes").pluck().all());
  for (const { hash, ...pod } of all.iterate()) {
    const staticOn = nodeOfStaticPod(pod, nodes);
    add(pods, hash, staticOn === undefined ? pod : { ...pod, staticOn });
  }
  return pods;
}

export function readLeases(database: Database.Database): LeasesByAddress {
  const leases = new Map<string, Lease[]>();
  const all = database.prepare<[], Lease & { readonly address: Buffer }>(leaseSelection);
  for (const { address, ...lease } of all.iterate()) {
    const text = addressText(address);
    // Early versions learnt multicast groups, too.
    if (lease.hash === "" || isPods(text)) add(leases, text, lease);
  }
  return leases;
}

function isPods(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && canBePods(address);
}

function add<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
