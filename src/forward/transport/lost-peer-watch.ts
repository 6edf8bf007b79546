import { type TcpEnds, tcpState } from "./tcp-state.ts";

/** The time that is too long is looked at in so many parts. */
const LOOKS = 3;

/**
 * Notices a machine that has vanished without a word. Node's part of a write is done when the
 * kernel has the bytes, and the kernel gives up after a quarter of an hour only (tcp_retries2); so
 * it is asked whether it tries again and again.
 */
export class LostPeerWatch {
  readonly #ends: TcpEnds;
  readonly #onLost: () => void;
  readonly #timer: NodeJS.Timeout;
  #isUnacknowledged = false;
  #vainLooks = 0;

  constructor(ends: TcpEnds, msMax: number, onLost: () => void) {
    this.#ends = ends;
    this.#onLost = onLost;
    this.#timer = setInterval(() => void this.#look(), msMax / LOOKS);
  }

  /** There are bytes that are not acknowledged yet. */
  wrote(): void {
    this.#isUnacknowledged = true;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (!this.#isUnacknowledged) return;
    const { unacknowledgedBytes = 0, vainAttempts = 0 } = (await tcpState(this.#ends)) ?? {};
    this.#isUnacknowledged = unacknowledgedBytes > 0;
    this.#vainLooks = vainAttempts > 0 ? this.#vainLooks + 1 : 0;
    if (this.#vainLooks > LOOKS) this.#onLost();
  }
}
