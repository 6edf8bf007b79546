import type { LogPolicy } from "./log-policy.ts";
import { policyTypes } from "./policy.ts";

/** A Log policy as `calicoctl apply` takes it. */
export function manifest({ name, order, sources: [first], rules }: LogPolicy): object {
  const { kind, namespace, tier, hook, selection } = first;
  return {
    apiVersion: "projectcalico.org/v3",
    kind,
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    spec: {
      ...(tier !== "default" && { tier }),
      types: policyTypes.filter((type) => rules[type] !== undefined),
      ...(rules.Ingress !== undefined && { ingress: rules.Ingress }),
      ...(rules.Egress !== undefined && { egress: rules.Egress }),
      ...selection,
      ...(hook !== "normal" && { applyOnForward: true }),
      ...(hook === "preDNAT" && { preDNAT: true }),
      ...(hook === "doNotTrack" && { doNotTrack: true }),
      order,
    },
  };
}
