import type { Hook, Policy } from "./policy.ts";
import type { Selections } from "./selections.ts";

/** Whether a Log policy for `wide` logs what `narrow` denies, too. */
export function isLoggedBy(wide: Policy, narrow: Policy, selections: Selections): boolean {
  const isInHook = comesTo(wide.hook, narrow.hook);
  return wide.tier === narrow.tier && isInHook && selections.covers(wide, narrow);
}

/** Whether a policy of one hook is asked about the packets of another. */
export function comesTo(hook: Hook, other: Hook): boolean {
  return hook === other || hook === "forward";
}
