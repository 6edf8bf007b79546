export const policyTypes = ["Ingress", "Egress"] as const;
export type PolicyType = (typeof policyTypes)[number];

export const ruleActions = ["Allow", "Deny", "Log", "Pass"] as const;

/** A rule, as far as it decides what reaches the end of its policy. */
export type PolicyRule = {
  readonly action: (typeof ruleActions)[number];
  /** What a packet must be like, as it was written; a rule without any matches all. */
  readonly match: Readonly<Record<string, unknown>>;
  readonly matchesAll: boolean;
};

/**
 * Where Felix puts the rules. Only in "normal" and "forward" does it drop what no policy has let
 * through: after policies before connection tracking or DNAT others may follow
 * (felix/rules/endpoints.go).
 */
export type Hook = "normal" | "forward" | "preDNAT" | "doNotTrack";

export type Selection = {
  readonly selector: string;
  readonly namespaceSelector?: string;
  readonly serviceAccountSelector?: string;
};

/** A network policy of Kubernetes or Calico, in the words of Calico. */
export type Policy = {
  /** Whose it is: Calico has its own beside those of Kubernetes, whatever these are called. */
  readonly api: "kubernetes" | "calico";
  readonly kind: "NetworkPolicy" | "GlobalNetworkPolicy";
  /** Without the tier in front. */
  readonly name: string;
  readonly namespace: string | undefined;
  readonly tier: string;
  /** None is after all others. */
  readonly order: number | undefined;
  readonly hook: Hook;
  readonly selection: Selection;
  readonly types: readonly PolicyType[];
  readonly rules: Readonly<Record<PolicyType, readonly PolicyRule[]>>;
};
