import type { BatchBuffers } from "../../src/follow/batch-buffers.ts";

/** Buffers of which each must come back once; what one holds that came back is overwritten. */
export class CheckedBuffers implements BatchBuffers {
  readonly #bytes: number;
  readonly #out = new Set<Buffer>();
  readonly #free: Buffer[] = [];
  /** Buffers that were out at the same time. */
  outMax = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** Buffers that did not come back. */
  get out(): number {
    return this.#out.size;
  }

  take(): Buffer {
    const buffer = this.#free.pop() ?? Buffer.allocUnsafeSlow(this.#bytes);
    buffer.fill("?\n");
    this.#out.add(buffer);
    this.outMax = Math.max(this.outMax, this.#out.size);
    return buffer;
  }

  give(buffer: Buffer): void {
    if (!this.#out.delete(buffer)) throw new Error("A buffer was given back that is not out");
    buffer.fill("!\n");
    this.#free.push(buffer);
  }
}
