import type Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { liveNames } from "../../../src/query/endpoints/live-names.ts";
import { type StoredNames, storedNames } from "../../../src/query/endpoints/stored-names.ts";
import { newPath, readable, writable } from "../../store/stored.ts";

const LOOK_MS = 5000;

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

function withNames(): { readonly agent: Database.Database; readonly current: () => StoredNames } {
  const path = newPath();
  const agent = writable(path);
  agent.exec(`
    INSERT INTO nodes (id, name) VALUES (1, 'worker-1');
    INSERT INTO pods (id, namespace, name, uid, hash, from_time, to_time) VALUES
      (1, 'shop', 'web-0', 'a', '0123456789a', 1000, NULL),
      (2, 'shop', 'web-1', 'b', '0123456789b', 2000, 3000);
    INSERT INTO leases (address, node, hash, from_time, to_time) VALUES
      (x'040a000001', 1, '0123456789a', 1000, 2000),
      (x'040a000002', 1, '', 1000, NULL);`);
  const names = liveNames(readable(path));
  return { agent, current: () => names.current() as StoredNames };
}

test("liveNames() has what another process adds, a few seconds later", () => {
  const { agent, current } = withNames();
  const known = () => current().podsOf("0123456789c").length;
  expect(known()).toBe(0);
  agent.exec(
    `INSERT INTO pods (namespace, name, uid, hash, from_time)
      VALUES ('shop', 'web-2', 'c', '0123456789c', 1)`,
  );
  vi.advanceTimersByTime(LOOK_MS - 1000);
  expect(known()).toBe(0);
  vi.advanceTimersByTime(1000);
  expect(known()).toBe(1);
});

test.for([
  ["a pod ends", "UPDATE pods SET to_time = 5000 WHERE id = 1"],
  ["a pod is there again", "UPDATE pods SET to_time = NULL WHERE id = 2"],
  ["a pod was there before", "UPDATE pods SET from_time = 500 WHERE id = 1"],
  ["a pod goes", "DELETE FROM pods WHERE id = 1"],
  ["a node is known", "INSERT INTO nodes (name) VALUES ('worker-2')"],
  ["a lease is longer", "UPDATE leases SET to_time = 2001 WHERE hash <> ''"],
  ["a lease began before", "UPDATE leases SET from_time = 999 WHERE hash <> ''"],
  ["an address is the node's no more", "UPDATE leases SET to_time = 9000 WHERE hash = ''"],
  ["a lease goes", "DELETE FROM leases WHERE hash <> ''"],
  ["a node has an address", "INSERT INTO leases VALUES (x'040a000003', 1, '', 1000, NULL)"],
] as const)("names are read again when %s", ([, sql]) => {
  const { agent, current } = withNames();
  const before = current();
  agent.exec(sql);
  vi.advanceTimersByTime(LOOK_MS);
  const { pods, leases } = storedNames(agent);
  expect(current()).not.toBe(before);
  expect([current().pods, current().leases]).toEqual([pods, leases]);
});

test("names stay the same object while others are not committed, and pods while leases are", () => {
  const { agent, current } = withNames();
  const before = current();
  agent.exec("INSERT INTO meta VALUES ('another', 'thing')");
  vi.advanceTimersByTime(LOOK_MS);
  expect(current()).toBe(before);
  agent.exec("UPDATE leases SET to_time = 2001 WHERE hash <> ''");
  vi.advanceTimersByTime(LOOK_MS);
  expect(current().leases).not.toBe(before.leases);
  expect(current().pods).toBe(before.pods);
});
