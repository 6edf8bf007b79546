import { calicoSelector } from "./calico-selector.ts";
import type { Field } from "./field.ts";
import { readLabelSelector } from "./label-selector.ts";
import { type Policy, type PolicyRule, type PolicyType, policyTypes } from "./policy.ts";
import { readName } from "./read-name.ts";

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
  const namespace = metadata.at("namespace");
  const rules = {
    Ingress: spec.at("ingress").list().map(readRule("from")),
    Egress: spec.at("egress").list().map(readRule("to")),
  };
  return {
    kind: "NetworkPolicy",
    name: readName(metadata.at("name")),
    namespace: namespace.isGiven ? readName(namespace) : undefined,
    tier: "default",
    order,
    hook: "normal",
    selection: { selector: calicoSelector(readLabelSelector(spec.at("podSelector"))) },
    types: typesOf(spec.at("policyTypes"), rules.Egress.length > 0),
    rules,
  };
}

/** What the API server fills in where no types are named. */
function typesOf(field: Field, hasEgress: boolean): readonly PolicyType[] {
  const named = field.list().map((type) => type.oneOf(policyTypes));
  if (named.length > 0) return policyTypes.filter((type) => named.includes(type));
  return hasEgress ? policyTypes : ["Ingress"];
}

/** Without peers and ports a rule allows all. */
function readRule(peers: "from" | "to"): (field: Field) => PolicyRule {
  return (field) => {
    field.mapping([peers, "ports"]);
    const matchesAll = [peers, "ports"].every((key) => field.at(key).list().length === 0);
    return { action: "Allow", match: {}, matchesAll };
  };
}
