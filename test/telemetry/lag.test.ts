import { expect, test } from "vitest";
import { Lag } from "../../src/telemetry/lag.ts";

test("Lag adds up bytes, and says since when an end was not reached", () => {
  let time = 5000;
  const lag = new Lag(() => time);
  expect([lag.bytes, lag.seconds]).toEqual([0, 0]);
  lag.set("/a", 0);
  lag.set("/b", 100);
  time += 2000;
  expect([lag.bytes, lag.seconds]).toEqual([100, 2]);
  lag.set("/a", 50);
  time += 1000;
  lag.set("/a", 70);
  expect([lag.bytes, lag.seconds]).toEqual([170, 3]);
  lag.set("/b", 0);
  expect([lag.bytes, lag.seconds], "/a was at its end 3 s ago").toEqual([70, 3]);
  lag.set("/a", 0);
  expect([lag.bytes, lag.seconds]).toEqual([0, 0]);
});

test("Lag forgets a log that is not followed any more, but not all of them", () => {
  let time = 0;
  const lag = new Lag(() => time);
  lag.set("/gone", 1000);
  for (; time < 60_000; time += 1000) lag.set("/log", 10);
  expect(lag.bytes).toBe(10);
  time += 600_000;
  expect(lag.bytes, "nothing is heard of any").toBe(10);
});
