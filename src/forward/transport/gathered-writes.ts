import assert from "node:assert/strict";
import type { Writable } from "node:stream";

const CHUNK_BYTES = 64 * 1024;
/** The one that is being filled and those that the kernel has not taken; more is not sent ahead. */
const CHUNKS_MAX = 4;
/** The longest frame; longer ones than a chunk have one of their own. */
export const frameBytesMax = 256 * 1024;

export interface WriteEvents {
  /** So many bytes were given to the socket. */
  wrote(bytes: number): void;
  /** So many were taken by the kernel; `isIdle` when there are no more. */
  handed(bytes: number, isIdle: boolean): void;
}

/**
 * Frames of one turn of the event loop become one write, of buffers that are used again: a write
 * for each frame costs more than all the rest. What is ahead of the kernel is bounded.
 * See bench/send-messages.ts.
 */
export class GatheredWrites {
  readonly #socket: Writable;
  readonly #events: WriteEvents;
  readonly #spare: Buffer[] = [];
  #chunk: Buffer | undefined;
  #filled = 0;
  #inFlight = 0;
  #scheduled: NodeJS.Immediate | undefined;
  /** Made once: where a function makes one, each of its calls takes memory for it. */
  readonly #flush = () => this.flush();

  constructor(socket: Writable, events: WriteEvents) {
    this.#socket = socket;
    this.#events = events;
  }

  /** The buffer in which there is room, after a `reserve` that found some. */
  get chunk(): Buffer {
    return this.#chunk!;
  }

  /** Finds room for so many bytes: where they begin in `chunk`, or -1 when the socket is behind. */
  reserve(bytes: number): number {
    if (this.#chunk !== undefined && this.#filled + bytes <= this.#chunk.length) {
      return this.#filled;
    }
    assert(bytes <= frameBytesMax, "a frame fits");
    this.flush();
    if (this.#inFlight >= CHUNKS_MAX) return -1;
    this.#chunk = bytes > CHUNK_BYTES ? Buffer.allocUnsafeSlow(bytes) : this.#emptyChunk();
    return 0;
  }

  /** The room is used up to `end`. */
  commit(end: number): void {
    this.#filled = end;
    this.#scheduled ??= setImmediate(this.#flush);
  }

  /** Writes what was gathered. */
  flush(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    const [chunk, bytes] = [this.#chunk, this.#filled];
    if (chunk === undefined || bytes === 0) return;
    this.#chunk = undefined;
    this.#filled = 0;
    this.#inFlight++;
    this.#events.wrote(bytes);
    this.#socket.write(chunk.subarray(0, bytes), (error) => {
      // The socket tells its error itself.
      if (error !== undefined && error !== null) return;
      if (chunk.length === CHUNK_BYTES) this.#spare.push(chunk);
      this.#inFlight--;
      this.#events.handed(bytes, this.#inFlight === 0);
    });
  }

  /** Forgets what was gathered and not written. */
  destroy(): void {
    clearImmediate(this.#scheduled);
    this.#chunk = undefined;
    this.#filled = 0;
  }

  #emptyChunk(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  }
}
