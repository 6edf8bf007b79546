import type { View } from "./state.ts";

const SLOW_MS = 1000;

/** Whether it shows what takes too long to be asked again with each commit. */
export function isSlow(view: View): boolean {
  return view.screen === "sql" && (view.answer?.table.milliseconds ?? 0) >= SLOW_MS;
}
