import type { LogPolicy } from "./log-policy.ts";
import type { Policy, PolicyType } from "./policy.ts";

/** What was made of policies. */
export type Made = {
  readonly logs: readonly LogPolicy[];
  /** Policies for which there is something to log. */
  readonly sources: readonly Policy[];
  /** Log policies that were given, and need none. */
  readonly loggers: readonly Policy[];
  /** What needs no rule of its own, for the Log policy of a wider one logs it. */
  readonly covered: readonly Covered[];
};

export type Covered = {
  readonly policy: Policy;
  readonly type: PolicyType;
};
