import { recentDenialsMax } from "../model/limits.ts";
import { untouchedNumbers, untouchedWords } from "../model/untouched.ts";

/** Where the last denials of a batch lie in its bytes: a ring, for the last of all are kept. */
export class RecentLines {
  /** Denials added since the last clear(); those before the last recentDenialsMax are gone. */
  count: i32 = 0;
  readonly start: Int32Array = untouchedWords(recentDenialsMax);
  readonly end: Int32Array = untouchedWords(recentDenialsMax);
  readonly flow: Int32Array = untouchedWords(recentDenialsMax);
  /** Microseconds since the epoch. */
  readonly time: Float64Array = untouchedNumbers(recentDenialsMax);

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
