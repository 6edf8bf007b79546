import type { Given } from "../given.ts";
import type { LogPolicy } from "../log-policy.ts";
import type { Made } from "../made.ts";
import type { Policy, PolicyType } from "../policy.ts";
import type { Selections } from "../selections.ts";

/** What there is to think about. */
export type Situation = Made & {
  readonly given: Given;
  readonly selections: Selections;
};

/** A rule that logs all that comes to the end of a tier, in one direction. */
export type LastRule = {
  readonly log: LogPolicy;
  /** The policy that selects what it selects. */
  readonly like: Policy;
  readonly type: PolicyType;
};

export function lastRules({ logs }: Situation): LastRule[] {
  return logs
    .filter(({ place }) => place === "last")
    .flatMap((log) =>
      (["Ingress", "Egress"] as const)
        .filter((type) => log.rules[type] !== undefined)
        .map((type) => ({ log, like: log.sources[0], type })),
    );
}
