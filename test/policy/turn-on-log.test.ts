import { expect, test } from "vitest";
import { turnOnLog } from "../../src/policy/turn-on-log.ts";
import { policiesIn } from "./policies-in.ts";

function saidOf(...policies: readonly object[]): readonly string[] {
  const text = policies.map((policy) => JSON.stringify(policy)).join("\n---\n");
  return turnOnLog(policiesIn(text)).said;
}

const global = (name: string, spec: object) => ({
  apiVersion: "projectcalico.org/v3",
  kind: "GlobalNetworkPolicy",
  metadata: { name },
  spec: { types: ["Ingress"], order: 100, ...spec },
});

test("what a policy denies is logged by a Log policy of its own hook, not of another", () => {
  const said = saidOf(
    global("narrow", { selector: "a == 'x'", applyOnForward: true }),
    global("forward", { selector: "has(a)", applyOnForward: true }),
    global("wide", { selector: "all()" }),
  );
  const notes = said.filter((text) => text.includes("which selects these pods, too"));
  expect(notes).toEqual([
    'Note: What "narrow" denies is logged by "log-denied-packets" (Ingress), which selects these ' +
      "pods, too",
  ]);
});

test("a tier may be called like what every object has", () => {
  const said = saidOf(
    global("one", { selector: "has(a)", tier: "constructor" }),
    global("two", { selector: "all()" }),
  );
  expect(said.filter((text) => text.includes("comes before tier"))).toEqual([]);
});
