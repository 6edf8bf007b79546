import { recentDenialsMax } from "../model/limits.ts";

/** Where the last denials of a batch lie in its bytes: a ring, for the last of all are kept. */
export class RecentLines {
  /** Denials added since the last clear(); those before the last recentDenialsMax are gone. */
  count: i32 = 0;
  readonly start: Int32Array = new Int32Array(recentDenialsMax);
  readonly end: Int32Array = new Int32Array(recentDenialsMax);
  readonly flow: Int32Array = new Int32Array(recentDenialsMax);
  /** Microseconds since the epoch. */
  readonly time: Float64Array = new Float64Array(recentDenialsMax);

  add(start: i32, end: i32, flow: i32, time: f64): void {
    const at = this.count++ % recentDenialsMax;
    this.start[at] = start;
    this.end[at] = end;
    this.flow[at] = flow;
    this.time[at] = time;
  }

  clear(): void {
    this.count = 0;
  }
}
