/**
 * What Calico's own tests give its converter, and expect of it: data of the project Calico,
 * Copyright (c) 2016-2021 Tigera, Inc., Apache License 2.0, from
 * https://github.com/projectcalico/calico, libcalico-go/lib/backend/k8s/conversion/
 * conversion_test.go at 1ee247493e23eee0d47afebe78b3a92e49ad6b7a, written down as YAML.
 */
export type SelectorConversion = {
  /** The entry of its table, or the test that it stands in. */
  readonly name: string;
  readonly selector: unknown;
  readonly expected: string;
};

const expression = (key: string, operator: string, values?: readonly string[]) => ({
  matchExpressions: [{ key, operator, ...(values !== undefined && { values }) }],
});

export const podSelectors: readonly SelectorConversion[] = [
  {
    name: "should handle an empty pod selector",
    selector: {},
    expected: "projectcalico.org/orchestrator == 'k8s'",
  },
  {
    name: "should handle an OpDoesNotExist pod selector",
    selector: expression("toast", "DoesNotExist"),
    expected: "projectcalico.org/orchestrator == 'k8s' && ! has(toast)",
  },
  {
    name: "should handle nil pod selector",
    selector: null,
    expected: "projectcalico.org/orchestrator == 'k8s'",
  },
  {
    name: "should parse a basic k8s NetworkPolicy to a NetworkPolicy",
    selector: { matchLabels: { label: "value", label2: "value2" } },
    expected: "projectcalico.org/orchestrator == 'k8s' && label == 'value' && label2 == 'value2'",
  },
  {
    name: "should parse a basic k8s NetworkPolicy to a NetworkPolicy, its peer",
    selector: { matchLabels: { k: "v", k2: "v2" } },
    expected: "projectcalico.org/orchestrator == 'k8s' && k == 'v' && k2 == 'v2'",
  },
  {
    name: "should parse a NetworkPolicy with no rules",
    selector: { matchLabels: { label: "value" } },
    expected: "projectcalico.org/orchestrator == 'k8s' && label == 'value'",
  },
  {
    name: "should parse a NetworkPolicy with multiple peers, the second",
    selector: { matchLabels: { k2: "v2" } },
    expected: "projectcalico.org/orchestrator == 'k8s' && k2 == 'v2'",
  },
  {
    name: "should parse a NetworkPolicy with pod and namespace selectors, its peer",
    selector: { matchLabels: { podA: "B", podC: "D" } },
    expected: "projectcalico.org/orchestrator == 'k8s' && podA == 'B' && podC == 'D'",
  },
  {
    name: "should parse a NetworkPolicy with podSelector.MatchExpressions",
    selector: expression("k", "In", ["v1", "v2"]),
    expected: "projectcalico.org/orchestrator == 'k8s' && k in { 'v1', 'v2' }",
  },
];

/** Selectors of namespaces have the same terms, with nothing in front. */
export const namespaceSelectors: readonly SelectorConversion[] = [
  {
    name: "should handle an OpDoesNotExist namespace selector",
    selector: expression("toast", "DoesNotExist"),
    expected: "! has(toast)",
  },
  {
    name: "should handle an OpExists namespace selector",
    selector: expression("toast", "Exists"),
    expected: "has(toast)",
  },
  {
    name: "should handle an OpIn namespace selector",
    selector: expression("toast", "In", ["butter", "jam"]),
    expected: "toast in { 'butter', 'jam' }",
  },
  {
    name: "should handle an OpNotIn namespace selector",
    selector: expression("toast", "NotIn", ["marmite", "milk"]),
    expected: "toast not in { 'marmite', 'milk' }",
  },
  {
    name: "should parse a NetworkPolicy with a namespaceSelector",
    selector: { matchLabels: { namespaceRole: "dev", namespaceFoo: "bar" } },
    expected: "namespaceFoo == 'bar' && namespaceRole == 'dev'",
  },
];

export type TypesConversion = {
  readonly name: string;
  /** The specification without its pod selector. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly expected: readonly string[];
};

const peer = { podSelector: { matchLabels: { k: "v", k2: "v2" } } };
const block = { ipBlock: { cidr: "192.168.0.0/16", except: ["192.168.3.0/24"] } };

export const types: readonly TypesConversion[] = [
  {
    name: "should parse a NetworkPolicy with no rules",
    spec: { policyTypes: ["Ingress"] },
    expected: ["Ingress"],
  },
  {
    name: "should parse a default-deny egress NetworkPolicy",
    spec: { policyTypes: ["Egress"] },
    expected: ["Egress"],
  },
  {
    name: "should parse a NetworkPolicy with both an Egress and an Ingress rule",
    spec: {
      policyTypes: ["Egress", "Ingress"],
      ingress: [{ from: [block] }],
      egress: [{ to: [{ ipBlock: { cidr: "10.10.0.0/16" } }] }],
    },
    expected: ["Ingress", "Egress"],
  },
  {
    name: "should parse a basic NetworkPolicy to a Policy (k8s <= 1.7, no policyTypes)",
    spec: { ingress: [{ ports: [{ port: 80 }], from: [peer] }] },
    expected: ["Ingress"],
  },
  {
    name: "should parse a NetworkPolicy with no rules (k8s <= 1.7, no policyTypes)",
    spec: {},
    expected: ["Ingress"],
  },
];
