import { afterEach, expect, test, vi } from "vitest";
import { liveNames } from "../../../src/query/endpoints/live-names.ts";
import { newPath, readable, writable } from "../../store/stored.ts";

afterEach(() => void vi.useRealTimers());

test("liveNames() has what another process adds, a few seconds later", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const path = newPath();
  const agent = writable(path);
  const names = liveNames(readable(path));
  const known = () => names.podsOf("0123456789a").map(({ name }) => name);
  expect(known()).toEqual([]);
  agent.exec(
    `INSERT INTO pods (namespace, name, uid, hash, from_time)
      VALUES ('shop', 'web-0', 'a', '0123456789a', 1)`,
  );
  vi.advanceTimersByTime(4000);
  expect(known()).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(known()).toEqual(["web-0"]);
});

test("names that were read again and are the same are known to be", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const path = newPath();
  const agent = writable(path);
  const names = liveNames(readable(path));
  const before = names.current();
  agent.exec("INSERT INTO nodes (name) VALUES ('worker-1')");
  vi.advanceTimersByTime(5000);
  expect(names.current()).toBe(before);
  agent.exec(
    `INSERT INTO leases (address, node, hash, from_time)
      VALUES (x'040a000001', 1, '0123456789a', 1)`,
  );
  vi.advanceTimersByTime(5000);
  expect(names.current()).not.toBe(before);
});
