import type { View } from "../state/state.ts";
import { wrap } from "../text/fit.ts";
import type { Line } from "../text/span.ts";
import { dim } from "../text/words.ts";

/** What stands where an answer will be. */
export function waiting({ refusal }: View, columns: number, what = "Counting ..."): Line[] {
  if (refusal === undefined) return [[], [dim(`  ${what}`)]];
  return [[], ...wrap(refusal, columns - 2, { tone: "bad" })];
}
