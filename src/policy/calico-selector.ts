import type { LabelSelector } from "./label-selector.ts";

/**
 * The text that Calico makes of the pod selector of a Kubernetes policy, letter by letter
 * (libcalico-go/lib/backend/k8s/conversion, k8sSelectorToCalico): a Log policy with another text
 * would not be known for the same selector by those who compare.
 */
export function calicoSelector({ matchLabels, matchExpressions }: LabelSelector): string {
  const labels = Object.keys(matchLabels)
    .toSorted()
    .map((key) => `${key} == '${matchLabels[key]}'`);
  const expressions = matchExpressions.map(({ key, operator, values }) => {
    const list = values.join("', '");
    switch (operator) {
      case "In":
        return `${key} in { '${list}' }`;
      case "NotIn":
        return `${key} not in { '${list}' }`;
      case "Exists":
        return `has(${key})`;
      case "DoesNotExist":
        return `! has(${key})`;
    }
  });
  return ["projectcalico.org/orchestrator == 'k8s'", ...labels, ...expressions].join(" && ");
}
