import type { LogPolicy } from "./log-policy.ts";
import { type Policy, type PolicyType, policyTypes } from "./policy.ts";

/** A rule that logs all that comes to the end of a tier, in one direction. */
export type LastRule = {
  readonly log: LogPolicy;
  /** The policy that selects what it selects. */
  readonly like: Policy;
  readonly type: PolicyType;
};

export function lastRulesOf(logs: readonly LogPolicy[]): LastRule[] {
  return logs
    .filter(({ place }) => place === "last")
    .flatMap((log) =>
      policyTypes
        .filter((type) => log.rules[type] !== undefined)
        .map((type) => ({ log, like: log.sources[0], type })),
    );
}
