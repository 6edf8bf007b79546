import assert from "node:assert/strict";

/**
 * The frames of a RELP session that wait for their answers, by transaction number. Answers may come
 * in any order; what counts is up to where there is one for each.
 */
export class AnswerWindow {
  readonly #framesMax: number;
  /** Answered before one that was sent earlier. */
  readonly #early = new Set<number>();
  #oldest: number;
  #next: number;

  constructor(firstTxnr: number, framesMax: number) {
    this.#framesMax = framesMax;
    this.#oldest = firstTxnr;
    this.#next = firstTxnr;
  }

  /** The first one without an answer; the next one to be sent, if there is none. */
  get oldest(): number {
    return this.#oldest;
  }

  get next(): number {
    return this.#next;
  }

  get isFull(): boolean {
    return this.#next - this.#oldest >= this.#framesMax;
  }

  /** How many were sent from the oldest one without an answer on. */
  get size(): number {
    return this.#next - this.#oldest;
  }

  get isEmpty(): boolean {
    return this.#next === this.#oldest;
  }

  /** The number of a frame that is sent now. */
  take(): number {
    if (this.isFull) assert.fail("there is no room in the window");
    return this.#next++;
  }

  /** There is an answer; false when there was nothing to answer. */
  answer(txnr: number): boolean {
    if (txnr < this.#oldest || txnr >= this.#next || this.#early.has(txnr)) return false;
    if (txnr !== this.#oldest) {
      this.#early.add(txnr);
      return true;
    }
    this.#oldest++;
    while (this.#early.size > 0 && this.#early.delete(this.#oldest)) this.#oldest++;
    return true;
  }
}
