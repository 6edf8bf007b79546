import { describe, expect, test } from "vitest";
import { finishHash, hashWord } from "../../src/model/key-hash.ts";
import { SourceSketch } from "../../src/model/source-sketch.ts";

/** Of one estimate: 1.04 / sqrt(2048). */
const STANDARD_ERROR = 0.023;
const BYTES_MAX = 2048;

function sketchOf(from: number, to: number): SourceSketch {
  const sketch = new SourceSketch();
  for (let source = from; source < to; source++) sketch.add(finishHash(hashWord(4, source)));
  return sketch;
}

describe("SourceSketch", () => {
  test.each([0, 1, 100, 511])("counts %i sources exactly, four bytes each", (sources) => {
    const sketch = sketchOf(0, sources);
    expect([sketch.estimate(), sketch.isEstimate]).toEqual([sources, false]);
    expect(sketch.bytes()).toHaveLength(4 * sources);
  });

  test.each([512, 1000, 3000, 10_000, 100_000, 1_000_000])(
    "estimates %i sources within three standard errors, in 2 KiB",
    (sources) => {
      // Sources one after the other are what a scan has; each set of them is other hashes.
      for (const first of [0, 0x0a000000, 0x7fff0000]) {
        const sketch = sketchOf(first, first + sources);
        expect(Math.abs(sketch.estimate() / sources - 1)).toBeLessThan(3 * STANDARD_ERROR);
        expect(sketch.bytes()).toHaveLength(BYTES_MAX);
      }
    },
  );

  test.each([600, 5000, 20_000])(
    "errs by its standard error at %i sources, and not to one side",
    (sources) => {
      const RUNS = 100;
      const errors = Array.from({ length: RUNS }, (_, run) => {
        return sketchOf(run * sources, (run + 1) * sources).estimate() / sources - 1;
      });
      const mean = errors.reduce((sum, error) => sum + error, 0) / RUNS;
      const square = errors.reduce((sum, error) => sum + error ** 2, 0) / RUNS;
      expect(Math.abs(mean)).toBeLessThan(STANDARD_ERROR / 3);
      expect(Math.sqrt(square)).toBeLessThan(1.2 * STANDARD_ERROR);
    },
  );

  test.each([
    [0, 10, 5, 20],
    [0, 300, 200, 600],
    [0, 500, 0, 5000],
    [0, 5000, 4000, 90_000],
  ])("merges %i..%i and %i..%i to the sketch of their union, in any order", (a, b, c, d) => {
    const union = sketchOf(Math.min(a, c), Math.max(b, d)).bytes();
    const one = sketchOf(a, b);
    one.merge(sketchOf(c, d));
    const other = SourceSketch.of(sketchOf(c, d).bytes());
    other.mergeBytes(sketchOf(a, b).bytes());
    other.mergeBytes(sketchOf(a, b).bytes());
    expect([one.bytes(), other.bytes()]).toEqual([union, union]);
  });
});
