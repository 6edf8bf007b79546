import { addAbortSignal, Readable, type Transform } from "node:stream";
import { createDecompressor } from "./decompressor.ts";
import { type ArchiveFormat, archiveFormatOf, MAGIC_BYTES } from "./archive-format.ts";
import { type Content, ContentDamaged } from "./content.ts";

const QUEUE_BYTES_MAX = 1024 * 1024;
const SKIP_BYTES = 256 * 1024;

/** Standard input: bytes that come as they come, and only once. */
export class StreamContent implements Content {
  readonly kind = "stdin";
  readonly path = "standard input";
  readonly device = 0;
  readonly inode = 0;
  readonly diskBytes = 0;
  readonly diskBytesRead = 0;
  readonly modifiedAt: number;
  readonly #stream: NodeJS.ReadableStream;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #offset = 0;
  #state: "flowing" | "ended" | Error = "flowing";
  #wake: (() => void) | undefined;

  private constructor(stream: NodeJS.ReadableStream, modifiedAt: number) {
    this.modifiedAt = modifiedAt;
    this.#stream = stream;
    // Not `for await`: an error drops what the stream has decoded and nobody has read yet.
    stream.on("data", (chunk: Uint8Array) => this.#push(chunk));
    stream.on("end", () => this.#settle("ended"));
    stream.on("error", (error) => this.#settle(error));
  }

  /**
   * Standard input, plain or compressed. `now` is microseconds since the epoch. Nobody waits for
   * more of it after the signal: then reading throws an AbortError.
   */
  static async stdin(
    stream: NodeJS.ReadableStream,
    now: number,
    signal?: AbortSignal,
  ): Promise<StreamContent> {
    if (signal !== undefined && stream instanceof Readable) addAbortSignal(signal, stream);
    const { first, whole } = await peek(stream);
    const format = archiveFormatOf(first);
    const bytes = format === undefined ? whole : decompress(whole, format);
    return new StreamContent(bytes, now);
  }

  async read(into: Uint8Array, from: number): Promise<number> {
    while (this.#queue.length === 0 && this.#state === "flowing") {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    let at = from;
    for (let chunk = this.#queue[0]; chunk !== undefined && at < into.length; ) {
      const part = chunk.subarray(0, into.length - at);
      into.set(part, at);
      at += part.length;
      if (part.length === chunk.length) this.#queue.shift();
      else this.#queue[0] = chunk.subarray(part.length);
      chunk = this.#queue[0];
    }
    const count = at - from;
    this.#offset += count;
    this.#queuedBytes -= count;
    if (this.#queuedBytes < QUEUE_BYTES_MAX) this.#stream.resume();
    if (count === 0 && this.#state instanceof Error) {
      if (this.#state.name === "AbortError") throw this.#state;
      throw new ContentDamaged(this.path, this.#state.message, { cause: this.#state });
    }
    return count;
  }

  async skipTo(offset: number): Promise<void> {
    const scratch = new Uint8Array(SKIP_BYTES);
    while (this.#offset < offset) {
      const left = Math.min(SKIP_BYTES, offset - this.#offset);
      if ((await this.read(scratch.subarray(0, left), 0)) === 0) return;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stream.pause();
  }

  #push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.length;
    if (this.#queuedBytes >= QUEUE_BYTES_MAX) this.#stream.pause();
    this.#wake?.();
  }

  #settle(state: "ended" | Error): void {
    this.#state = state;
    this.#wake?.();
  }
}

function decompress(from: NodeJS.ReadableStream, format: ArchiveFormat): Transform {
  const decompressor = createDecompressor(format);
  from.on("error", (error) => decompressor.destroy(error));
  return from.pipe(decompressor);
}

type Peeked = { readonly first: Uint8Array; readonly whole: Readable };

/** The first bytes of a stream, and a stream that has them still. */
async function peek(stream: NodeJS.ReadableStream): Promise<Peeked> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const rest = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  while (length < MAGIC_BYTES) {
    const { done, value } = await rest.next();
    if (done === true) break;
    pieces.push(Buffer.from(value));
    length += value.length;
  }
  const first = Buffer.concat(pieces);
  const whole = Readable.from(joined(first, rest), { objectMode: false });
  return { first, whole };
}

async function* joined(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  yield* { [Symbol.asyncIterator]: () => rest };
}
