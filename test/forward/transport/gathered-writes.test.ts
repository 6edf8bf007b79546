import fc from "fast-check";
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { GatheredWrites } from "../../../src/forward/transport/gathered-writes.ts";

const CHUNK_BYTES = 64 * 1024;
const CHUNKS_MAX = 4;

/** A socket that takes one write at a time, when it is told to. */
class SlowSocket extends Writable {
  taken = "";
  #take: (() => void) | undefined;

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.#take = () => {
      // The buffer is used again when it was taken.
      this.taken += chunk.toString("latin1");
      done();
    };
  }

  async take(): Promise<void> {
    const take = this.#take;
    this.#take = undefined;
    take?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("GatheredWrites gives a socket every byte once and in order, and little ahead", async () => {
  const step = fc.oneof(
    fc.constant("take" as const),
    fc.constant("turn" as const),
    fc.integer({ min: 1, max: 2000 }),
    fc.integer({ min: 1, max: 100_000 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const socket = new SlowSocket();
      let [written, handed, expected] = [0, 0, ""];
      const writes = new GatheredWrites(socket, {
        wrote: (bytes) => {
          written += bytes;
        },
        handed: (bytes, isIdle) => {
          handed += bytes;
          expect(isIdle).toBe(handed === written);
        },
      });
      for (const [number, what] of steps.entries()) {
        if (what === "take") await socket.take();
        else if (what === "turn") await new Promise((resolve) => setImmediate(resolve));
        else {
          const at = writes.reserve(what);
          if (at < 0) continue;
          const letter = String.fromCharCode(0x61 + (number % 26));
          writes.chunk.fill(letter, at, at + what);
          writes.commit(at + what);
          expected += letter.repeat(what);
        }
        expect(written - handed).toBeLessThanOrEqual(CHUNKS_MAX * Math.max(CHUNK_BYTES, 100_000));
      }
      writes.flush();
      while (handed < written) await socket.take();
      expect(written).toBe(expected.length);
      expect(socket.taken === expected, "the same bytes").toBe(true);
    }),
  );
});

test("GatheredWrites makes one write of the frames of a turn", async () => {
  const socket = new SlowSocket();
  const sizes: number[] = [];
  const writes = new GatheredWrites(socket, {
    wrote: (bytes) => sizes.push(bytes),
    handed: () => undefined,
  });
  for (let frame = 0; frame < 100; frame++) writes.commit(writes.reserve(10) + 10);
  expect(sizes).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(sizes).toEqual([1000]);
});
