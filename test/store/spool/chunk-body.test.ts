import fc from "fast-check";
import { expect, test } from "vitest";
import type { EventColumns, SpooledNotice } from "../../../src/model/spool.ts";
import {
  packEvents,
  packRecords,
  unpackEvents,
  unpackRecords,
} from "../../../src/store/spool/chunk-body.ts";

const event = fc.record({
  line: fc.uint8Array({ maxLength: 400 }),
  offset: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  time: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
});

function columnsOf(
  events: readonly { readonly line: Uint8Array; readonly offset: number; readonly time: number }[],
): EventColumns {
  const ends: number[] = [];
  for (const { line } of events) ends.push((ends.at(-1) ?? 0) + line.length);
  return {
    count: events.length,
    bytes: Buffer.concat(events.map(({ line }) => line)),
    ends: Int32Array.from(ends),
    offsets: Float64Array.from(events, ({ offset }) => offset),
    times: Float64Array.from(events, ({ time }) => time),
  };
}

test("unpackEvents() gives what packEvents() was given, whatever bytes lines hold", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 50 }), (events) => {
      const columns = columnsOf(events);
      const found = unpackEvents(packEvents(columns).body);
      expect(found.count).toBe(columns.count);
      expect(Buffer.from(found.bytes)).toEqual(Buffer.from(columns.bytes));
      expect(found.ends).toEqual(columns.ends);
      expect(found.offsets).toEqual(columns.offsets);
      expect(found.times).toEqual(columns.times);
    }),
  );
});

test("packEvents() takes columns that are parts of larger arrays", () => {
  const columns = columnsOf([{ line: Buffer.from("a line"), offset: 1, time: 2 }]);
  const larger = new Float64Array([9, ...columns.offsets, 9]);
  const offsets = larger.subarray(1, 2);
  expect(unpackEvents(packEvents({ ...columns, offsets }).body).offsets).toEqual(columns.offsets);
});

test("lines of a log take a fraction of their size", () => {
  const line = Buffer.from("calico-packet: IN=eth0 OUT=cali1 SRC=192.0.2.1 DST=10.0.0.1 LEN=60");
  const events = Array.from({ length: 500 }, (_, n) => ({ line, offset: n * 67, time: n }));
  expect(packEvents(columnsOf(events)).body.length).toBeLessThan((500 * line.length) / 5);
});

test("unpackRecords() gives what packRecords() was given", () => {
  const notice = {
    notice: "loss" as const,
    text: "Lines\u0000 are lost é",
    time: 1,
    details: { lines: 3 },
  };
  const records = [notice, { ...notice, details: {} }] as const satisfies SpooledNotice[];
  expect(unpackRecords(packRecords(records))).toEqual(records);
});
