import type { Given } from "./given.ts";
import type { Policy } from "./policy.ts";
import { tierOf } from "./tier.ts";

/** Whether packets that a policy does not match go on to others, though it is the last one. */
export function passesOn({ hook, tier }: Policy, { tiers }: Given): boolean {
  const isBeforeOthers = hook === "preDNAT" || hook === "doNotTrack";
  return isBeforeOthers || tierOf(tiers, tier)?.passes === true;
}
