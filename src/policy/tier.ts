import type { Field } from "./field.ts";
import { ruleActions } from "./policy.ts";
import { readName } from "./read-name.ts";

export type Tier = {
  readonly order: number;
  /** What becomes of packets at its end: dropped, or passed on to the next tier. */
  readonly passes: boolean;
};

/** Tiers that Calico makes itself (api/pkg/apis/projectcalico/v3/tier.go). */
const builtInTiers: ReadonlyMap<string, Tier> = new Map(
  Object.entries({
    "kube-admin": { order: 1_000, passes: true },
    adminnetworkpolicy: { order: 1_000, passes: true },
    default: { order: 1_000_000, passes: false },
    "kube-baseline": { order: 10_000_000, passes: true },
    baselineadminnetworkpolicy: { order: 10_000_000, passes: true },
  }),
);

/** A tier by its name: as it was given, else as Calico makes it. */
export function tierOf(tiers: ReadonlyMap<string, Tier>, name: string): Tier | undefined {
  return tiers.get(name) ?? builtInTiers.get(name);
}

/** @throws WrongField */
export function readTier(document: Field): [name: string, tier: Tier] {
  const spec = document.at("spec");
  const order = spec.at("order");
  const action = spec.at("defaultAction");
  if (order.isGiven && typeof order.value !== "number") throw order.wrong("a number");
  return [
    readName(document.at("metadata").at("name")),
    {
      order: typeof order.value === "number" ? order.value : Number.POSITIVE_INFINITY,
      passes: action.isGiven && action.oneOf(ruleActions) === "Pass",
    },
  ];
}
