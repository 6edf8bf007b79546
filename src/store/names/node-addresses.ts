import type Database from "better-sqlite3";
import { parseAddress } from "../../model/address.ts";
import type { NodeAddresses } from "../../model/node-addresses.ts";
import { keyOfAddress } from "../address-key.ts";

/** Keeps which addresses are a node's own: as leases without a pod, in the open transaction. */
export function keepNodeAddresses(database: Database.Database, seen: NodeAddresses): void {
  const { node: name, addresses, since, time } = seen;
  const node = database
    .prepare(
      "INSERT INTO nodes (name) VALUES (?) ON CONFLICT DO UPDATE SET name = name RETURNING id",
    )
    .pluck()
    .get(name) as number;
  database
    .prepare("UPDATE leases SET to_time = ? WHERE node = ? AND hash = '' AND to_time IS NULL")
    .run(time, node);
  const add = database.prepare(
    `INSERT INTO leases (address, node, hash, from_time) VALUES (?, ?, '', ?)
     ON CONFLICT DO UPDATE SET to_time = NULL, from_time = min(from_time, excluded.from_time)`,
  );
  for (const text of addresses) {
    const address = parseAddress(text);
    if (address !== undefined) add.run(keyOfAddress(address), node, since);
  }
}
