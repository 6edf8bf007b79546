import { readCalicoPolicy } from "./calico-policy.ts";
import { documentsOf, type PolicyDocument } from "./documents.ts";
import { readFelix } from "./felix.ts";
import type { Field } from "./field.ts";
import type { Given } from "./given.ts";
import { readKubernetesPolicy } from "./kubernetes-policy.ts";
import { readTier } from "./tier.ts";
import { WrongField } from "./wrong-field.ts";

const kubernetes = ["networking.k8s.io/v1", "extensions/v1beta1"];
const calico = ["projectcalico.org/v3", "crd.projectcalico.org/v1"];
const expected =
  `expected NetworkPolicy (${[...kubernetes, ...calico].join(", ")}) or ` +
  `GlobalNetworkPolicy (${calico.join(", ")})`;

/** Kinds for which there can be no Log policy, and why. */
const unfit: readonly (readonly [kind: RegExp, why: string])[] = [
  [/^Staged/, "a staged policy denies nothing, and a Log policy would isolate its pods"],
  [
    /^(Admin|BaselineAdmin|Cluster)NetworkPolicy$/,
    "what none of its rules matches is passed on, and only rules of its own deny",
  ],
];

/** Adds what the text of a file holds to what is given; what is wrong with it, too. */
export function readPolicies(file: string, text: string, given: Given): void {
  let documents: readonly PolicyDocument[];
  try {
    documents = documentsOf(text);
  } catch (error) {
    if (!(error instanceof WrongField)) throw error;
    given.problems.push(`Cannot read "${file}", ${error.message}, expected YAML or JSON`);
    return;
  }
  for (const { place, content } of documents) {
    try {
      take(content, given);
    } catch (error) {
      if (!(error instanceof WrongField)) throw error;
      given.problems.push(`Cannot use "${file}", ${place}: ${error.message}`);
    }
  }
}

function take(document: Field, { policies, tiers, felix, others }: Given): void {
  document.mapping();
  const kind = document.at("kind").text("the kind of a policy");
  const version = document.at("apiVersion").text("the version of an API");
  const isCalico = calico.includes(version);
  if (kind === "NetworkPolicy" && kubernetes.includes(version)) {
    policies.push(readKubernetesPolicy(document));
  } else if ((kind === "NetworkPolicy" || kind === "GlobalNetworkPolicy") && isCalico) {
    policies.push(readCalicoPolicy(document, kind));
  } else if (kind === "Tier" && isCalico) {
    const [name, tier] = readTier(document);
    tiers.set(name, tier);
  } else if (kind === "FelixConfiguration" && isCalico) {
    felix.push(readFelix(document));
  } else if (kind.endsWith("NetworkPolicy")) {
    const why = unfit.find(([pattern]) => pattern.test(kind))?.[1];
    throw new WrongField(
      why === undefined
        ? `kind is "${kind}" of "${version}", ${expected}`
        : `${kind} has no Log policy: ${why}, ${expected}`,
    );
  } else {
    others.set(kind, (others.get(kind) ?? 0) + 1);
  }
}
