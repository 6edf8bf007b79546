import assert from "node:assert/strict";
import { parseCalicoSelector } from "./selector-evaluator.ts";

const ofBoth = [
  "tier",
  "order",
  "types",
  "ingress",
  "egress",
  "selector",
  "serviceAccountSelector",
];
const ofGlobal = ["namespaceSelector", "applyOnForward", "preDNAT", "doNotTrack"];
const dnsName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: Readonly<Record<string, unknown>>;
};

/** The rules of Calico's API (api/pkg/apis/projectcalico/v3, CEL validations and names). */
export function assertApplicable(value: unknown): void {
  const { apiVersion, kind, metadata, spec } = value as Manifest;
  const isGlobal = kind === "GlobalNetworkPolicy";
  assert.equal(apiVersion, "projectcalico.org/v3");
  assert(isGlobal || kind === "NetworkPolicy");
  assert(!isGlobal || metadata.namespace === undefined);
  assert(metadata.name.length <= 253 && dnsName.test(metadata.name));
  const known = isGlobal ? [...ofBoth, ...ofGlobal] : ofBoth;
  assert.deepEqual(
    Object.keys(spec).filter((key) => !known.includes(key)),
    [],
  );
  assertTiered(metadata.name, spec["tier"]);
  assertHook(spec);
  assert.equal(typeof spec["order"], "number");
  for (const key of ["selector", "namespaceSelector", "serviceAccountSelector"]) {
    const selector = spec[key] ?? "";
    assert(typeof selector === "string" && selector.length <= 1024);
    parseCalicoSelector(selector);
  }
}

/** ValidateTieredPolicyName: what stands before a dot is the tier. */
function assertTiered(name: string, tier: unknown): void {
  const [own, ...before] = name.split(".").toReversed();
  assert(own !== undefined && own !== "");
  assert.deepEqual(before, tier === undefined ? [] : [tier]);
}

/** Only Log rules, for each type and no other. */
function assertHook(spec: Manifest["spec"]): void {
  const types = spec["types"] as readonly string[];
  assert(types.length > 0);
  for (const [type, key] of [
    ["Ingress", "ingress"],
    ["Egress", "egress"],
  ] as const) {
    const rules = (spec[key] ?? []) as readonly { readonly action: string }[];
    assert.equal(rules.length > 0, types.includes(type));
    assert(rules.every(({ action }) => action === "Log"));
  }
  const { preDNAT, doNotTrack, applyOnForward } = spec;
  assert(!(preDNAT === true && doNotTrack === true));
  assert(preDNAT !== true || !types.includes("Egress"));
  assert(applyOnForward === true || (preDNAT !== true && doNotTrack !== true));
}
