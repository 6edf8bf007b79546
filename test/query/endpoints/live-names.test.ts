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
