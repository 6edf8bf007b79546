import fc from "fast-check";
import { expect, test } from "vitest";
import {
  ANCHOR_BYTES_MAX,
  FingerprintTracker,
  HEAD_BYTES_MAX,
} from "../../src/follow/fingerprint.ts";
import { fingerprintOf } from "./fingerprint-of.ts";

const none = Buffer.alloc(0);

test("FingerprintTracker keeps the first bytes and the last, however they pass", () => {
  const chunk = fc.uint8Array({ maxLength: 700 });
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 8 }), (chunks) => {
      const tracker = new FingerprintTracker(none, none, 0);
      for (const bytes of chunks) tracker.pass(bytes);
      expect(tracker.current()).toEqual(fingerprintOf(Buffer.concat(chunks)));
    }),
  );
});

test("FingerprintTracker goes on from a checkpoint", () => {
  const chunk = fc.uint8Array({ maxLength: 2000 });
  fc.assert(
    fc.property(chunk, chunk, (before, after) => {
      const head = before.subarray(0, HEAD_BYTES_MAX);
      const anchor = before.subarray(Math.max(0, before.length - ANCHOR_BYTES_MAX));
      const tracker = new FingerprintTracker(head, anchor, before.length);
      tracker.pass(after);
      expect(tracker.current()).toEqual(fingerprintOf(Buffer.concat([before, after])));
    }),
  );
});

test("FingerprintTracker does not mind what becomes of the bytes that passed", () => {
  const tracker = new FingerprintTracker(none, none, 0);
  const bytes = Buffer.alloc(100, "a");
  tracker.pass(bytes);
  bytes.fill("b");
  expect(tracker.current()).toEqual(fingerprintOf(Buffer.alloc(100, "a")));
});
