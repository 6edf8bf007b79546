import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isPrefixTemplate,
  type PolicyNames,
  PrefixTemplate,
} from "../../src/model/prefix-template.ts";
import { type Policy, rendered } from "./rendered-prefix.ts";
import { runs } from "../long-run.ts";

type Read = Omit<PolicyNames, "isCut" | "policyCut"> & {
  readonly isCut?: boolean;
  readonly policyCut?: boolean;
};

/** What a template reads, without the marks that are false. */
function read(template: string, prefix: string): Read | undefined {
  const names = new PrefixTemplate(template).read(prefix);
  if (names === undefined) return undefined;
  const { isCut, policyCut, ...values } = names;
  return { ...values, ...(isCut ? { isCut } : {}), ...(policyCut ? { policyCut } : {}) };
}

const usual = "calico-packet %t %k %n";

describe("PrefixTemplate.read()", () => {
  test.each<[template: string, prefix: string, expected: Read | undefined]>([
    [
      "aXy9%n%%t %k %p",
      "aXy9ep2-4%default gnp ep2-4: ",
      { tier: "default", kind: "gnp", policy: "ep2-4" },
    ],
    [
      "%t %k %p",
      "default gnp deny-all-egress1: ",
      { tier: "default", kind: "gnp", policy: "deny-all-egress1" },
    ],
    [usual, "calico-packet sec np a.b-c: ", { tier: "sec", kind: "np", policy: "a.b-c" }],
    [usual, "calico-packet sec np a.b-c:", { tier: "sec", kind: "np", policy: "a.b-c" }],
    [usual, "calico-packet  pro kns.a: ", { tier: "", kind: "pro", policy: "kns.a" }],
    ["%t_%k_%n", "default_kcnp_a-b: ", { tier: "default", kind: "kcnp", policy: "a-b" }],
    ["%k%n", "knpa: ", { kind: "knp", policy: "a" }],
    ["%p", "payments/deny-all: ", { policy: "payments/deny-all" }],
    ["%p", "deny-all: ", { policy: "deny-all" }],
    ["%n %p", "b a/b: ", { policy: "a/b" }],
    ["%t", "default: ", { tier: "default" }],
    ["%k", "sgnp: ", { kind: "sgnp" }],
    ["%x %n", "%x a: ", { policy: "a" }],
    ["%%n", "%a: ", { policy: "a" }],
    ["%n%", "a%: ", { policy: "a" }],
    ["constructor%n", "constructora: ", { policy: "a" }],
    ["[x] (%n).*", "[x] (a).*: ", { policy: "a" }],
    ["%n: %k", "a: np: ", { policy: "a", kind: "np" }],
    // Nobody can tell where one name ends, so neither is given; the kind is certain.
    ["%t-%n %k", "a-b-c np: ", { kind: "np" }],
    ["%t-%n %k", "a-b np: ", { tier: "a", policy: "b", kind: "np" }],
    ["%n%t", "ab: ", {}],
  ])("%j of %j", (template, prefix, expected) => {
    expect(read(template, prefix)).toEqual(expected);
  });

  test.each([
    [usual, ""],
    [usual, ": "],
    [usual, "calico-packet: "],
    [usual, "calico-packet default gnp x"],
    [usual, "calico-packet default gnp x: y"],
    [usual, "calico-packet default gnp x:  "],
    [usual, "Calico-packet default gnp x: "],
    [usual, "calico-packet default deny x: "],
    [usual, "calico-packet default gnp X: "],
    [usual, "calico-packet default gnp x_y: "],
    [usual, "calico-packet default gnp -x: "],
    [usual, "calico-packet default gnp x-: "],
    [usual, "calico-packet default gnp a/x: "],
    [usual, "calico-packet default pro x: "],
    [usual, "calico-packet  gnp x: "],
    ["%p", "a/b/c: "],
    ["%p", "/b: "],
    ["%p", "a/: "],
    ["%n %n", "a b: "],
    ["%n %p", "c a/b: "],
    ["%t %k %n", "drop "],
    ["%t %k %n", "[UFW BLOCK] "],
    // As long as what iptables leaves, but not the beginning of anything that Felix writes.
    [usual, "x".repeat(29)],
    [usual, `calico-packet ${"-".repeat(15)}`],
    [usual, `calico-packet default gnp ${"x".repeat(200)}: `],
  ])("%j has not given %j", (template, prefix) => {
    expect(read(template, prefix)).toBeUndefined();
  });
});

describe("PrefixTemplate.read() of what iptables and nftables leave of a prefix", () => {
  test.each<[template: string, prefix: string, expected: Read]>([
    [
      "%t %k %p",
      "default knp payments/deny-eve",
      { tier: "default", kind: "knp", policy: "payments/deny-eve", isCut: true, policyCut: true },
    ],
    // All of the name, but nobody can know.
    [
      "%t %k %p",
      "default gnp deny-all-egress-1",
      { tier: "default", kind: "gnp", policy: "deny-all-egress-1", isCut: true, policyCut: true },
    ],
    [
      "%t %k %p",
      "default gnp deny-all-egress1:",
      { tier: "default", kind: "gnp", policy: "deny-all-egress1", isCut: true },
    ],
    [
      "%n %k in the tier named %t",
      "abc np in the tier named defa",
      { policy: "abc", kind: "np", isCut: true },
    ],
    [
      "%n of the kind named %k",
      "abcdef of the kind named sgnp",
      { policy: "abcdef", kind: "sgnp", isCut: true },
    ],
    [
      "%n of the kind named %k",
      "abcdefg of the kind named sgn",
      { policy: "abcdefg", isCut: true },
    ],
    ["a literal of thirty characters%n", "a literal of thirty character", { isCut: true }],
    // A name that was whole before is not incomplete behind.
    [
      "aXy9%n%%t %k %p",
      "aXy9ep2-4%default knp a/ep2-4",
      { tier: "default", kind: "knp", policy: "a/ep2-4", isCut: true },
    ],
    [
      "aXy9%n%%t %k %p",
      "aXy9deny%default knp payments",
      { tier: "default", kind: "knp", policy: "deny", isCut: true },
    ],
    // A name and a kind, or the beginning of a longer name.
    ["%n-%k by Calico", "a-name-that-may-go-on-with-np", { isCut: true }],
  ])("%j of %j", (template, prefix, expected) => {
    expect(prefix).toHaveLength(29);
    expect(read(template, prefix)).toEqual(expected);
  });

  const templates = [
    usual,
    "calico-packet %p",
    "%t %k %p",
    "aXy9%n%%t %k %p",
    "%n %k %t",
    "%t/%k/%n",
    "%t-%n-%k",
    "%k%n",
    "%n%k%t",
    "%p of %t: %k",
  ];
  const policies: readonly Policy[] = [
    { tier: "default", kind: "gnp", name: "deny-all-egress1" },
    { tier: "default", kind: "knp", namespace: "payments", name: "deny-everything" },
    { tier: "np", kind: "np", namespace: "np", name: "gnp-np.knp" },
    { tier: "", kind: "pro", name: "kns.default" },
    { tier: "t".repeat(60), kind: "snp", namespace: "n".repeat(40), name: "a".repeat(120) },
  ];
  test.each(templates)("%j: at no length a value that is wrong and not marked", (template) => {
    for (const policy of policies) {
      for (let length = 1; length <= 127; length++) expectHonest(template, policy, length);
    }
  });

  test("whatever the template, the policy and the length", () => {
    const name = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,40}[a-z0-9])?$/);
    const kind = fc.constantFrom("np", "gnp", "knp", "kcnp", "snp", "sgnp", "sknp");
    const policy: fc.Arbitrary<Policy> = fc.oneof(
      fc.record({ tier: name, kind, name }),
      fc.record({ tier: name, kind, namespace: name, name }),
      fc.record({ tier: fc.constant(""), kind: fc.constant("pro"), name }),
    );
    const piece = fc.oneof(
      fc.constantFrom("%t", "%k", "%n", "%p"),
      fc.constantFrom(" ", "-", "/", "_", "%", ":", ": ", "a", "np", "calico-packet"),
    );
    const template = fc.array(piece, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(""));
    const length = fc.oneof(fc.constantFrom(29, 126, 127), fc.integer({ min: 1, max: 127 }));
    fc.assert(fc.property(template.filter(isPrefixTemplate), policy, length, expectHonest), {
      numRuns: runs(20_000),
    });
  });

  test("takes no more than linear time for a text that somebody made up", () => {
    const template = new PrefixTemplate("%n-%n-%n-%n-%n-%n %k");
    const startedAt = performance.now();
    for (let i = 0; i < 100; i++) template.read(`${"a-".repeat(63)}${i % 10}`);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});

/** What the kernel prints of the rendered prefix is read back, or marked, or left alone. */
function expectHonest(template: string, policy: Policy, length: number): void {
  const all = rendered(template, policy);
  const prefix = all.slice(0, length);
  const got = new PrefixTemplate(template).read(prefix);
  const isPrinted = prefix === all || [29, 126, 127].includes(length);
  const context = `${template} ${JSON.stringify(policy)} ${length} ${JSON.stringify(got)}`;
  if (isPrinted && all.length <= 127) expect(got, context).toBeDefined();
  if (isPrinted && [29, 126, 127].includes(prefix.length)) expect(got, context).toBeDefined();
  if (got === undefined) return;
  if (prefix !== all && isPrinted && !template.includes(":")) expect(got.isCut, context).toBe(true);
  if (got.tier !== undefined) expect(got.tier, context).toBe(policy.tier);
  if (got.kind !== undefined) expect(got.kind, context).toBe(policy.kind);
  if (got.policy === undefined) return;
  const path = policy.namespace === undefined ? policy.name : `${policy.namespace}/${policy.name}`;
  if (!got.policyCut) expect([policy.name, path], context).toContain(got.policy);
  else
    expect(path.startsWith(got.policy) || policy.name.startsWith(got.policy), context).toBe(true);
}

describe("isPrefixTemplate()", () => {
  test.each([usual, "%t", "%%n", "x%p", "%n".repeat(63), `${"x".repeat(125)}%n`])(
    "takes %j",
    (template) => {
      expect(isPrefixTemplate(template)).toBe(true);
    },
  );
  test.each([
    "",
    "calico-packet",
    "%",
    "%x",
    "% t",
    "%T",
    "%n\n",
    "%n\u001b",
    `${"x".repeat(126)}%n`,
  ])("refuses %j", (template) => {
    expect(isPrefixTemplate(template)).toBe(false);
  });
});
