/** Writes are remembered one by one only where they are this long. */
const SPAN_BYTES_MIN = 64 * 1024;

type Span = { readonly start: number; end: number; upTo: number };

/**
 * Which messages a stream's server has received, as far as this side can know. A write only gives
 * bytes to the kernel, and TCP acknowledges them to the kernel alone. Both kernels keep what the
 * server has not read: this one at most the send buffer (`tcp_wmem`), the server's at most its
 * receive buffer (`tcp_rmem`). So when that many bytes and more were taken after a message, the
 * server's process must have read it; and until then, when the connection breaks, it is sent again
 * and may arrive twice. What was read can still be lost inside the server, or in a proxy on the
 * way: no stream tells of that.
 *
 * No time without traffic settles anything: a server that is stopped, or whose queue is full, may
 * keep bytes in its buffer for as long as it likes, and be killed.
 */
export class ResendWindow {
  readonly #resendBytes: number;
  readonly #spans: Span[] = [];
  #written = 0;
  #handed = 0;

  constructor(resendBytes: number) {
    this.#resendBytes = resendBytes;
  }

  /** Bytes were written, up to the end of this message. */
  wrote(upTo: number, bytes: number): void {
    const last = this.#spans.at(-1);
    const start = this.#written;
    this.#written += bytes;
    // Small writes become one: it is settled a little later, and memory stays bounded.
    if (last !== undefined && last.end - last.start < SPAN_BYTES_MIN) {
      last.end = this.#written;
      last.upTo = upTo;
    } else {
      this.#spans.push({ start, end: this.#written, upTo });
    }
  }

  /** The kernel took so many bytes more. Up to which message that settles, if it does. */
  handed(bytes: number): number | undefined {
    this.#handed += bytes;
    let settled: number | undefined;
    while (this.#spans.length > 0) {
      const { end, upTo } = this.#spans[0]!;
      if (end + this.#resendBytes > this.#handed) break;
      settled = upTo;
      this.#spans.shift();
    }
    return settled;
  }
}
