import fc from "fast-check";
import { expect, test } from "vitest";
import { findAnchor } from "../../src/follow/find-anchor.ts";
import { openContent } from "../../src/follow/open-content.ts";
import { fingerprintOf } from "./fingerprint-of.ts";
import { logText } from "./read-all.ts";
import { TemporaryFolder } from "./temporary-folder.ts";

const text = logText(2000);
const counted = text.subarray(0, text.indexOf("\n", text.length / 2) + 1);
const later = text.subarray(counted.length);

async function anchorIn(bytes: Uint8Array): Promise<number | undefined> {
  using folder = new TemporaryFolder();
  const path = folder.write("log", bytes);
  return await findAnchor(() => openContent(path), fingerprintOf(counted));
}

test.each<[string, Buffer, number | undefined]>([
  ["the same content", counted, counted.length],
  ["what grew since", text, counted.length],
  ["what is left without its beginning", text.subarray(5000), counted.length - 5000],
  ["what was written twice", Buffer.concat([counted, counted]), 2 * counted.length],
  ["later lines only", later, undefined],
  ["nothing", Buffer.alloc(0), undefined],
  ["less than an anchor", text.subarray(0, 100), undefined],
])("findAnchor() in %s", async (_, bytes, expected) => {
  expect(await anchorIn(bytes)).toBe(expected);
});

test("findAnchor() finds it wherever it lies between the pieces that are read", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: -400, max: 400 }), async (shift) => {
      const before = Buffer.alloc(1024 * 1024 - counted.length + shift, `${"x".repeat(999)}\n`);
      const bytes = Buffer.concat([before, counted, later]);
      expect(await anchorIn(bytes)).toBe(before.length + counted.length);
    }),
    { numRuns: 40 },
  );
});
