/** A log of which nothing was heard for so long is not followed any more. */
const HEARD_MS_MAX = 30_000;

type LogLag = { bytes: number; heardAt: number; atEndAt: number };

/** How far the agent is behind the ends of its logs. Times are milliseconds of any one clock. */
export class Lag {
  readonly #now: () => number;
  readonly #logs = new Map<string, LogLag>();

  constructor(now: () => number) {
    this.#now = now;
  }

  set(path: string, bytes: number): void {
    const now = this.#now();
    const log = this.#logs.get(path) ?? { bytes, heardAt: now, atEndAt: now };
    log.bytes = bytes;
    log.heardAt = now;
    if (bytes === 0) log.atEndAt = now;
    this.#logs.set(path, log);
  }

  get bytes(): number {
    return this.#current().reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Since when the end of a log has not been reached. */
  get seconds(): number {
    const behind = this.#current().filter(({ bytes }) => bytes > 0);
    const now = this.#now();
    return (now - Math.min(now, ...behind.map(({ atEndAt }) => atEndAt))) / 1000;
  }

  clear(): void {
    this.#logs.clear();
  }

  /** When nothing is heard of any log, all of them are as they were. */
  #current(): LogLag[] {
    const logs = [...this.#logs.values()];
    const newest = Math.max(...logs.map(({ heardAt }) => heardAt));
    for (const [path, { heardAt }] of this.#logs) {
      if (newest - heardAt > HEARD_MS_MAX) this.#logs.delete(path);
    }
    return logs.filter(({ heardAt }) => newest - heardAt <= HEARD_MS_MAX);
  }
}
