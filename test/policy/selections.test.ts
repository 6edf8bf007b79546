import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nothingGiven } from "../../src/policy/given.ts";
import { makeLogPolicies } from "../../src/policy/make-log-policies.ts";
import type { Policy, PolicyType } from "../../src/policy/policy.ts";
import { Selections } from "../../src/policy/selections.ts";
import { type Labels, parseCalicoSelector } from "./selector-evaluator.ts";
import { runs } from "../long-run.ts";

const values = ["x", "y", undefined];
/** All pods that labels a and b can make, in two namespaces. */
const pods = ["shop", "billing"].flatMap((namespace) =>
  values.flatMap((a) => values.map((b) => podOf(namespace, a, b))),
);

function podOf(namespace: string, a: string | undefined, b: string | undefined): Labels {
  return {
    "projectcalico.org/orchestrator": "k8s",
    "projectcalico.org/namespace": namespace,
    ...(a !== undefined && { a }),
    ...(b !== undefined && { b }),
  };
}

function policyOf(parts: Partial<Policy>): Policy {
  return {
    api: "calico",
    kind: "NetworkPolicy",
    name: "web",
    namespace: "shop",
    tier: "default",
    order: 100,
    hook: "normal",
    selection: { selector: "all()" },
    types: ["Ingress"],
    rules: { Ingress: [], Egress: [] },
    ...parts,
  };
}

function selectsOf({ kind, namespace, selection }: Policy): (pod: Labels) => boolean {
  const selects = parseCalicoSelector(selection.selector);
  return (pod) =>
    selects(pod) &&
    (kind === "GlobalNetworkPolicy" || pod["projectcalico.org/namespace"] === namespace);
}

const term = fc
  .record({ label: fc.constantFrom("a", "b", "projectcalico.org/namespace"), other: fc.nat(10) })
  .map(({ label, other }) => {
    const forms = [
      `${label} == 'x'`,
      `${label} != "y"`,
      `${label} in { 'x', 'shop' }`,
      `${label} in {"y"}`,
      `${label} not in {'x','billing'}`,
      `${label} not in { 'x' , 'y' }`,
      `${label} != 'x'`,
      `has(${label})`,
      `!has(${label})`,
      `! has( ${label} )`,
      "all()",
    ];
    return forms[other]!;
  });
const selector = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(term, { minLength: 1, maxLength: 3 }).map((t) => t.join(" && ")),
  },
  { weight: 1, arbitrary: fc.tuple(term, term).map(([p, q]) => `${p} || ${q}`) },
  {
    weight: 1,
    arbitrary: fc.tuple(term, term, term).map(([p, q, r]) => `!(${p} && ${q} && ${r})`),
  },
);
const policy = fc
  .record({
    kind: fc.constantFrom("NetworkPolicy" as const, "GlobalNetworkPolicy" as const),
    namespace: fc.constantFrom("shop", "billing"),
    selector,
    types: fc.constantFrom<readonly PolicyType[]>(["Ingress"], ["Egress"], ["Ingress", "Egress"]),
    name: fc.constantFrom("web", "web.v2", "database"),
  })
  .map(({ kind, namespace, selector: text, ...parts }) =>
    policyOf({
      ...parts,
      kind,
      namespace: kind === "NetworkPolicy" ? namespace : undefined,
      selection: { selector: text },
    }),
  );

describe("what is said of two selectors is true of every pod", () => {
  test("covers()", () => {
    fc.assert(
      fc.property(policy, policy, (wide, narrow) => {
        if (!new Selections().covers(wide, narrow)) return;
        const [isWide, isNarrow] = [selectsOf(wide), selectsOf(narrow)];
        expect(pods.filter((pod) => isNarrow(pod) && !isWide(pod))).toEqual([]);
      }),
      { numRuns: runs(12_000) },
    );
  });

  test("areApart()", () => {
    fc.assert(
      fc.property(policy, policy, (one, other) => {
        if (!new Selections().areApart(one, other)) return;
        const [isOne, isOther] = [selectsOf(one), selectsOf(other)];
        expect(pods.filter((pod) => isOne(pod) && isOther(pod))).toEqual([]);
      }),
      { numRuns: runs(12_000) },
    );
  });

  test.for<[wide: string, narrow: string, covers: boolean, areApart: boolean]>([
    ["all()", "a == 'x'", true, false],
    ["a == 'x'", "all()", false, false],
    ["a == 'x'", "a == 'x' && b == 'y'", true, false],
    ["a in {'x','y'}", 'a == "x"', true, false],
    ["a == 'x'", "a == 'y'", false, true],
    ["has(a)", "! has(a)", false, true],
    ["a != 'x'", "a == 'y'", true, false],
    ["a != 'x'", "!has(a)", true, false],
    ["a == 'x' || b == 'y'", "a == 'x' || b == 'y'", true, false],
    ["a == 'x' || b == 'y'", "a == 'x'", false, false],
    ["a starts with 'x'", "a == 'x'", false, false],
    ["a == '&&'", "a == '&&' && has(b)", true, false],
  ])("%s and %s", ([wide, narrow, covers, areApart]) => {
    const [one, other] = [wide, narrow].map((text) => policyOf({ selection: { selector: text } }));
    const selections = new Selections();
    expect(selections.covers(one!, other!)).toBe(covers);
    expect(selections.areApart(one!, other!)).toBe(areApart);
  });
});

test("Log policies isolate nothing, log all directions of all policies, and none is idle", () => {
  fc.assert(
    fc.property(fc.array(policy, { maxLength: 5 }), (policies) => {
      const selections = new Selections();
      const { logs } = makeLogPolicies({ ...nothingGiven(), policies }, selections);
      for (const type of ["Ingress", "Egress"] as const) {
        const sources = policies.filter(({ types }) => types.includes(type)).map(selectsOf);
        const like = logs.filter(({ rules }) => rules[type]).map((log) => log.sources[0]);
        const isSelected = (pod: Labels) => sources.some((selects) => selects(pod));
        const isLogged = (pod: Labels) => like.some((each) => selectsOf(each)(pod));
        expect(pods.filter(isLogged)).toEqual(pods.filter(isSelected));
        const isNeedless = (one: Policy) =>
          like.some((other) => other !== one && selections.covers(other, one));
        expect(like.filter(isNeedless)).toEqual([]);
      }
      const names = logs.map(({ name, sources: [{ namespace = "" }] }) => `${namespace}/${name}`);
      expect(new Set(names).size).toBe(names.length);
    }),
    { numRuns: runs(4000) },
  );
});
