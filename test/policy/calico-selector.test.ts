import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calicoSelector } from "../../src/policy/calico-selector.ts";
import { Field } from "../../src/policy/field.ts";
import { readKubernetesPolicy } from "../../src/policy/kubernetes-policy.ts";
import { type LabelSelector, readLabelSelector } from "../../src/policy/label-selector.ts";
import { namespaceSelectors, podSelectors, types } from "./calico-conversions.ts";
import { type Labels, parseCalicoSelector } from "./selector-evaluator.ts";
import { runs } from "../long-run.ts";

const ofPods = "projectcalico.org/orchestrator == 'k8s'";
const converted = (selector: unknown) => calicoSelector(readLabelSelector(new Field(selector)));

describe("selectors are those that Calico's tests expect", () => {
  test.for(podSelectors)("$name", ({ selector, expected }) => {
    expect(converted(selector)).toBe(expected);
  });

  test.for(namespaceSelectors)("$name, of pods", ({ selector, expected }) => {
    expect(converted(selector)).toBe(`${ofPods} && ${expected}`);
  });
});

test.for(types)("types are those that Calico's tests expect: $name", ({ spec, expected }) => {
  const policy = { metadata: { name: "test.policy", namespace: "default" }, spec };
  expect(readKubernetesPolicy(new Field(policy)).types).toEqual(expected);
});

test("types that nobody names are those that the API server fills in", () => {
  const policy = { metadata: { name: "web" }, spec: { egress: [{}] } };
  expect(readKubernetesPolicy(new Field(policy)).types).toEqual(["Ingress", "Egress"]);
});

/** Few of each, so that labels and selectors meet; words of the syntax among them. */
const key = fc.constantFrom("run", "in", "not", "has", "all", "a.b/c-d", "9", "constructor");
const value = fc.constantFrom("", "in", "nginx", "1.0", "x-1_y.Z");
const labels = fc.dictionary(key, value);
const requirement = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom("In" as const, "NotIn" as const),
    values: fc.array(value, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    key,
    operator: fc.constantFrom("Exists" as const, "DoesNotExist" as const),
    values: fc.constant([]),
  }),
);
const labelSelector = fc.record({
  matchLabels: labels,
  matchExpressions: fc.array(requirement, { maxLength: 4 }),
});

test("any selector means to Calico what it means to Kubernetes", () => {
  fc.assert(
    fc.property(labelSelector, labels, (selector, pod) => {
      const text = calicoSelector(readLabelSelector(new Field(selector)));
      const selects = parseCalicoSelector(text);
      const calicoLabels = { ...pod, "projectcalico.org/orchestrator": "k8s" };
      expect(selects(calicoLabels), text).toBe(matches(selector, pod));
      expect(selects(pod)).toBe(false);
    }),
    { numRuns: runs(8000) },
  );
});

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
function matches({ matchLabels, matchExpressions }: LabelSelector, pod: Labels): boolean {
  const isThere = (label: string) => Object.hasOwn(pod, label);
  return (
    Object.entries(matchLabels).every(
      ([label, wanted]) => isThere(label) && pod[label] === wanted,
    ) &&
    matchExpressions.every(({ key: label, operator, values }) => {
      const isOneOf = isThere(label) && values.includes(pod[label]!);
      if (operator === "In") return isOneOf;
      if (operator === "NotIn") return !isOneOf;
      return isThere(label) === (operator === "Exists");
    })
  );
}
