const NANOS_PER_MICRO = 1000n;

/** Microseconds since boot, by the clock of the system (CLOCK_MONOTONIC). */
export function systemUptime(): number {
  return Number(process.hrtime.bigint() / NANOS_PER_MICRO);
}

/**
 * When a record of the kernel's was written, in microseconds since the epoch. printk stamps records
 * with a clock of its own, which drifts by seconds a day and knows no time of day. What is known
 * besides: no record is of the future, and one that was not there at the last look is younger.
 */
export class KernelClock {
  /** What is to be added to microseconds since boot. */
  #shift: number;
  #lastEmpty = Number.NEGATIVE_INFINITY;

  /** `now` is microseconds since the epoch, `uptime` those since boot by the system's own clock. */
  constructor(now: number, uptime: number) {
    this.#shift = now - uptime;
  }

  /** There was no further record at this time. */
  sawEmpty(now: number): void {
    this.#lastEmpty = now;
  }

  timeOf(uptime: number, now: number): number {
    const time = Math.min(now, Math.max(this.#lastEmpty, uptime + this.#shift));
    this.#shift = time - uptime;
    return time;
  }
}
