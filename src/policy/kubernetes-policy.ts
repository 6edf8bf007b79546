import { calicoSelector } from "./calico-selector.ts";
import type { Field } from "./field.ts";
import { readLabelSelector } from "./label-selector.ts";
import { type Policy, type PolicyRule, type PolicyType, policyTypes } from "./policy.ts";
import { readName } from "./read-name.ts";
import { readTypes } from "./read-types.ts";

/** Calico gives it to all of them (K8sNetworkPolicyToCalico). */
const order = 1000;

/**
 * A NetworkPolicy of `networking.k8s.io/v1` or `extensions/v1beta1`, which are alike.
 *
 * @throws WrongField
 */
export function readKubernetesPolicy(document: Field): Policy {
  document.mapping(["apiVersion", "kind", "metadata", "spec", "status"]);
  const metadata = document.at("metadata");
  const spec = document.at("spec");
  spec.mapping(["podSelector", "policyTypes", "ingress", "egress"]);
  const rules = {
    Ingress: spec.at("ingress").list().map(readRule("from")),
    Egress: spec.at("egress").list().map(readRule("to")),
  };
  // What the API server fills in where no types are named.
  const filled: readonly PolicyType[] = rules.Egress.length > 0 ? policyTypes : ["Ingress"];
  return {
    api: "kubernetes",
    kind: "NetworkPolicy",
    name: readName(metadata.at("name")),
    namespace: metadata.at("namespace").optional(readName),
    tier: "default",
    order,
    hook: "normal",
    selection: { selector: calicoSelector(readLabelSelector(spec.at("podSelector"))) },
    types: readTypes(spec.at("policyTypes"), filled),
    rules,
  };
}

/** Without peers and ports a rule allows all. */
function readRule(peers: "from" | "to"): (field: Field) => PolicyRule {
  return (field) => {
    field.mapping([peers, "ports"]);
    const matchesAll = [peers, "ports"].every((key) => field.at(key).list().length === 0);
    return { action: "Allow", match: {}, matchesAll };
  };
}
