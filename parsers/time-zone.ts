const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_DAY = 86_400;
/** Zone rules change on quarter hours at the finest, so one answer is that of a quarter hour. */
const SLOT_SECONDS = 900;

/**
 * Wall clocks of an IANA zone as seconds since the epoch. `local` is a wall clock as if it were
 * UTC's. Asks Intl once for each quarter hour of a log, not for each line.
 */
export class TimeZone {
  /** When a wall clock says `local` for the first time, and for the last; see find(). */
  first = 0;
  last = 0;
  readonly #timezone: string;
  /** Made when a stamp needs it, for it takes 8 MiB of memory: most stamps name their zone. */
  #offsets: ((utcSeconds: number) => number) | undefined;
  #slot = Number.NaN;
  #firstOffset = 0;
  #lastOffset = 0;
  #steadySlot = Number.NaN;
  #isSteady = false;

  constructor(timezone: string) {
    this.#timezone = timezone;
  }

  /**
   * Puts the moments of a wall clock into `first` and `last`. They differ where the clock was put
   * back and the hour came twice. Where it was put forward and the hour never came, both are what a
   * clock says that nobody put forward.
   */
  find(local: number): void {
    const slot = Math.floor(local / SLOT_SECONDS);
    if (slot !== this.#slot) this.#learn(slot);
    this.first = local - this.#firstOffset;
    this.last = local - this.#lastOffset;
  }

  /** Whether the offset is the same for an hour before and after a time. */
  isSteady(utcSeconds: number): boolean {
    const slot = Math.floor(utcSeconds / SLOT_SECONDS);
    if (slot !== this.#steadySlot) {
      const before = this.#offsetAt(slot * SLOT_SECONDS - SECONDS_PER_HOUR);
      const after = this.#offsetAt((slot + 1) * SLOT_SECONDS + SECONDS_PER_HOUR);
      this.#steadySlot = slot;
      this.#isSteady = before === after;
    }
    return this.#isSteady;
  }

  #offsetAt(utcSeconds: number): number {
    this.#offsets ??= offsets(this.#timezone);
    return this.#offsets(utcSeconds);
  }

  #learn(slot: number): void {
    const local = slot * SLOT_SECONDS;
    // No zone is more than a day from UTC, and none changes twice in two days.
    const before = this.#offsetAt(local - SECONDS_PER_DAY);
    const after = this.#offsetAt(local + SECONDS_PER_DAY);
    const isBefore = before === after || this.#offsetAt(local - before) === before;
    const isAfter = before === after || this.#offsetAt(local - after) === after;
    this.#firstOffset = isBefore || !isAfter ? before : after;
    this.#lastOffset = isAfter ? after : before;
    this.#slot = slot;
  }
}

/** Seconds east of UTC at a time. */
function offsets(timezone: string): (utcSeconds: number) => number {
  if (timezone === "UTC") return () => 0;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (utcSeconds) => {
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(utcSeconds * 1000)) {
      parts[type] = Number(value);
    }
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - utcSeconds;
  };
}
