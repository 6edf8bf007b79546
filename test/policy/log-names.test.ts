import { expect, test } from "vitest";
import { LogNames } from "../../src/policy/log-names.ts";
import type { Policy } from "../../src/policy/policy.ts";

type Named = Pick<Policy, "name" | "namespace" | "tier">;

const named = (name: string, namespace = "shop", tier = "default"): Named => ({
  name,
  namespace,
  tier,
});
const plain = "log-denied-packets";

test.for<[what: string, policies: readonly Named[], names: readonly string[]]>([
  ["the first has the plain name", [named("web")], [plain]],
  ["others have that of their policy", [named("web"), named("api")], [plain, `${plain}-api`]],
  [
    "each namespace begins anew",
    [named("web"), named("web", "billing"), named("api", "billing")],
    [plain, plain, `${plain}-api`],
  ],
  [
    "each tier begins anew, with its name in front",
    [named("web"), named("web", "shop", "security"), named("api", "shop", "security")],
    [plain, `security.${plain}`, `security.${plain}-api`],
  ],
  ["dots are for tiers", [named("web"), named("web.v2")], [plain, `${plain}-web-v2`]],
  [
    "no two are the same",
    [named("web"), named("a.b"), named("a-b"), named("a.b")],
    [plain, `${plain}-a-b`, `${plain}-a-b-2`, `${plain}-a-b-3`],
  ],
])("%s", ([, policies, names]) => {
  const given = new LogNames();
  expect(policies.map((policy) => given.nameFor(policy))).toEqual(names);
});

test("a long name is cut, and still another than the others", () => {
  const names = new LogNames();
  const [, ...long] = ["first", `${"a".repeat(252)}x`, `${"a".repeat(252)}y`, "b".repeat(253)].map(
    (name) => names.nameFor(named(name)),
  );
  expect(long.map((name) => name.length)).toEqual([253, 253, 253]);
  expect(new Set(long).size).toBe(3);
});
