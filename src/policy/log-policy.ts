import type { Policy, PolicyType } from "./policy.ts";

export const logPolicyName = "log-denied-packets";

/** Has no verdict: a packet that matches goes on to the next rule. */
export type LogRule = Readonly<Record<string, unknown>> & { readonly action: "Log" };

/** What makes the kernel log packets that a policy denies. */
export type LogPolicy = {
  /** With its tier in front, where that is not the default one. */
  readonly name: string;
  /** After all policies of its tier, or right before the one that denies. */
  readonly place: "last" | "before";
  readonly order: number;
  /** What it goes with: the first of them selects what it selects, in the same hook and tier. */
  readonly sources: readonly [Policy, ...Policy[]];
  readonly rules: Readonly<Partial<Record<PolicyType, readonly LogRule[]>>>;
};
