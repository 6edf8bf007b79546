import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { nothingGiven } from "../../src/policy/given.ts";
import { readPolicies } from "../../src/policy/read-policies.ts";
import { turnOnLog } from "../../src/policy/turn-on-log.ts";
import { runs } from "../long-run.ts";

function problemsOf(text: string): readonly string[] {
  const given = nothingGiven();
  readPolicies("web.yaml", text, given);
  return given.problems;
}

const kubernetes = (spec: string, metadata = "{name: web}") =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: ${metadata}\nspec: ${spec}\n`;
const calico = (spec: string, kind = "NetworkPolicy") =>
  `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: {name: web}\nspec: ${spec}\n`;
const global = (spec: string) => calico(spec, "GlobalNetworkPolicy");
const inDocument = (text: string) => `Cannot use "web.yaml", document 1: ${text}`;

describe("what is wrong is said with file, document, field and what was expected", () => {
  test.for<[name: string, text: string, says: string]>([
    [
      "a label that is no text",
      kubernetes("{podSelector: {matchLabels: {run: 1}}}"),
      'spec.podSelector.matchLabels.run is 1, expected text, in quotes: "1"',
    ],
    [
      "a quote in a label",
      kubernetes(`{podSelector: {matchLabels: {run: "x' || all() || a == 'x"}}}`),
      `spec.podSelector.matchLabels.run is "x' || all() || a == 'x", expected at most 63 ` +
        "letters, digits and - _ . between a letter or digit and another",
    ],
    [
      "a label that has no such name",
      kubernetes("{podSelector: {matchLabels: {a/b/c: x}}}"),
      'spec.podSelector.matchLabels.a/b/c is "x", expected a label such as example.com/app in ' +
        "front of it",
    ],
    [
      "a field that resembles another",
      kubernetes("{podSelecter: {}}"),
      'spec.podSelecter is no field of the API, expected "podSelector"',
    ],
    [
      "a field that resembles none",
      kubernetes("{podSelector: {app: web}}"),
      "spec.podSelector.app is no field of the API, expected one of matchLabels, matchExpressions",
    ],
    [
      "an operator that there is not",
      kubernetes("{podSelector: {matchExpressions: [{key: a, operator: in, values: [b]}]}}"),
      'spec.podSelector.matchExpressions[0].operator is "in", expected one of In, NotIn, Exists, ' +
        "DoesNotExist",
    ],
    [
      "an operator without values",
      kubernetes("{podSelector: {matchExpressions: [{key: a, operator: In}]}}"),
      "spec.podSelector.matchExpressions[0].values is missing, expected values for In",
    ],
    [
      "values that are too many",
      kubernetes("{podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}"),
      "spec.podSelector.matchExpressions[0].values is a list, expected no values for Exists",
    ],
    [
      "a type that there is not",
      kubernetes("{policyTypes: [ingress]}"),
      'spec.policyTypes[0] is "ingress", expected one of Ingress, Egress',
    ],
    [
      "rules that are no list",
      kubernetes("{ingress: {from: []}}"),
      "spec.ingress is a mapping, expected a list",
    ],
    [
      "a rule of the other direction",
      kubernetes("{ingress: [{to: []}]}"),
      "spec.ingress[0].to is no field of the API, expected one of from, ports",
    ],
    ["no name", kubernetes("{}", "{}"), "metadata.name is missing, expected a name"],
    [
      "a name that Kubernetes refuses",
      kubernetes("{}", "{name: Web_1}"),
      'metadata.name is "Web_1", expected at most 253 lower-case letters, digits, - and .',
    ],
    [
      "an action that there is not",
      calico("{ingress: [{action: allow}]}"),
      'spec.ingress[0].action is "allow", expected one of Allow, Deny, Log, Pass',
    ],
    [
      "a selector of another syntax",
      calico('{selector: "run = nginx"}'),
      'spec.selector is "run = nginx", expected ==, !=, in, not in, contains, starts with or ' +
        'ends with at "= nginx"',
    ],
    [
      "half a selector of namespaces",
      global("{namespaceSelector: \"run == 'nginx' &&\"}"),
      "spec.namespaceSelector is \"run == 'nginx' &&\", expected a label, has(LABEL), all() or " +
        "global() at its end",
    ],
    [
      "a wrong selector of a rule",
      calico("{ingress: [{action: Allow}, {action: Deny, source: {notSelector: web}}]}"),
      'spec.ingress[1].source.notSelector is "web", expected ==, !=, in, not in, contains, ' +
        "starts with or ends with at its end",
    ],
    [
      "an order that is no number",
      calico('{order: "10"}'),
      'spec.order is "10", expected a number from -1000000000000 to 1000000000000',
    ],
    [
      "an order beyond all others",
      calico("{order: 1e300}"),
      "spec.order is 1e+300, expected a number from -1000000000000 to 1000000000000",
    ],
    [
      "a field of global policies only",
      calico("{preDNAT: true}"),
      "spec.preDNAT is no field of the API, expected one of tier, order, selector, types, " +
        "ingress, egress, serviceAccountSelector, performanceHints",
    ],
    [
      "a flag that is none",
      global("{applyOnForward: 'yes'}"),
      'spec.applyOnForward is "yes", expected true or false',
    ],
    [
      "preDNAT without applyOnForward",
      global("{preDNAT: true}"),
      "spec.applyOnForward is missing, expected true where preDNAT is true",
    ],
    [
      "preDNAT and doNotTrack",
      global("{preDNAT: true, doNotTrack: true, applyOnForward: true}"),
      "spec.doNotTrack is true, expected false where preDNAT is true",
    ],
    [
      "preDNAT of what goes out",
      global("{preDNAT: true, applyOnForward: true, types: [Egress]}"),
      "spec.preDNAT is true, expected no egress besides: DNAT is for what comes in",
    ],
    ["no kind", "apiVersion: v1", "kind is missing, expected the kind of a policy"],
    ["no API", "kind: NetworkPolicy", "apiVersion is missing, expected the version of an API"],
    ["text", "hello", 'it is "hello", expected a mapping'],
  ])("%s", ([, text, says]) => {
    expect(problemsOf(text)).toEqual([inDocument(says)]);
  });

  test.for<[kind: string, apiVersion: string, says: RegExp]>([
    ["AdminNetworkPolicy", "policy.networking.k8s.io/v1alpha1", /passed on, .* expected Netw/],
    ["ClusterNetworkPolicy", "policy.networking.k8s.io/v1alpha2", /passed on, .* expected Netw/],
    ["StagedNetworkPolicy", "projectcalico.org/v3", /staged .* isolate its pods, expected Netw/],
    ["CiliumNetworkPolicy", "cilium.io/v2", /kind is "CiliumN.*" of "cilium.io\/v2", expected N/],
    ["NetworkPolicy", "crd.antrea.io/v1beta1", /of "crd.antrea.io\/v1beta1", expected NetworkP/],
  ])("%s of %s", ([kind, apiVersion, says]) => {
    expect(problemsOf(`{kind: ${kind}, apiVersion: ${apiVersion}}`)).toEqual([
      expect.stringMatching(says),
    ]);
  });

  test("a template that was not filled in is one mistake, and the parser adds none", () => {
    const emitted = vi.spyOn(process, "emitWarning").mockReturnValue();
    expect(problemsOf(kubernetes("{}", "{name: {{ .Release.Name }}}"))).toEqual([
      inDocument("metadata.name is a mapping, expected a name"),
    ]);
    expect(emitted).not.toHaveBeenCalled();
    emitted.mockRestore();
  });

  test("every document that is wrong is told, by its number and item", () => {
    const good = kubernetes("{podSelector: {}}");
    const list = `kind: List\napiVersion: v1\nitems: [{kind: 1}, {kind: A, apiVersion: b}]\n`;
    expect(problemsOf(`---\n---\n${good}---\n${list}---\n${kubernetes("7")}`)).toEqual([
      'Cannot use "web.yaml", document 3, item 1: kind is 1, expected the kind of a policy, in ' +
        'quotes: "1"',
      'Cannot use "web.yaml", document 4: spec is 7, expected a mapping',
    ]);
  });

  test.for<[name: string, text: string, says: RegExp]>([
    ["no YAML", "kind: [", /document 1: .* at line 1, .*, expected YAML or JSON$/],
    ["the same key twice", "a: 1\na: 2\n", /document 1: Map keys must be unique/],
    ["aliases without end", bomb(), /document 1: Excessive alias count/],
  ])("%s", ([, text, says]) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(says)]);
  });
});

/** A line that stands for two of the line before it, and so on. */
function bomb(): string {
  const lines = Array.from({ length: 30 }, (_, index) =>
    index === 0 ? "a0: &a0 [x]" : `a${index}: &a${index} [*a${index - 1}, *a${index - 1}]`,
  );
  return `${lines.join("\n")}\n`;
}

const words = fc.constantFrom(
  ..."apiVersion kind metadata name spec items List NetworkPolicy GlobalNetworkPolicy".split(" "),
  ..."networking.k8s.io/v1 projectcalico.org/v3 FelixConfiguration Tier podSelector".split(" "),
  ..."matchLabels matchExpressions ingress egress action Deny selector types order".split(" "),
  ..."preDNAT applyOnForward __proto__ constructor".split(" "),
);
const document = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    words,
    fc.constantFrom(null, true, 0, -1, 1e308, "", "'", "\u0000"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(words, tie("value"), { maxKeys: 5 }),
  ),
})).value;

test("whatever a document says gives Log policies or a sentence, and never throws", () => {
  fc.assert(
    fc.property(document, words, words, (content, kind, apiVersion) => {
      const given = nothingGiven();
      const isMapping = typeof content === "object" && !Array.isArray(content);
      const whole = isMapping ? { kind, apiVersion, ...content } : content;
      readPolicies("any.json", JSON.stringify(whole), given);
      turnOnLog(given);
      for (const problem of given.problems) expect(problem).toMatch(/^Cannot .*expected .*[^.]$/s);
    }),
    { numRuns: runs(8000) },
  );
});
