import type { Field } from "./field.ts";
import { orderMax } from "./order-max.ts";
import {
  type Hook,
  type Policy,
  type PolicyRule,
  policyTypes,
  ruleActions,
  type Selection,
} from "./policy.ts";
import { readName } from "./read-name.ts";
import { readTypes } from "./read-types.ts";
import { selectorFault } from "./selector-fault.ts";

/** What the fields of a rule besides its action and its annotations are called. */
const matchKeys = [
  "ipVersion",
  "protocol",
  "icmp",
  "notProtocol",
  "notICMP",
  "source",
  "destination",
  "http",
];
const specKeys = [
  "tier",
  "order",
  "selector",
  "types",
  "ingress",
  "egress",
  "serviceAccountSelector",
  "performanceHints",
];
const peerSelectors = ["selector", "notSelector", "namespaceSelector"];
const globalKeys = ["namespaceSelector", "applyOnForward", "preDNAT", "doNotTrack"];

/**
 * A NetworkPolicy or GlobalNetworkPolicy of Calico, from its API or from where it keeps them.
 *
 * @throws WrongField
 */
export function readCalicoPolicy(document: Field, kind: Policy["kind"]): Policy {
  document.mapping(["apiVersion", "kind", "metadata", "spec", "status"]);
  const metadata = document.at("metadata");
  const spec = document.at("spec");
  const isGlobal = kind === "GlobalNetworkPolicy";
  spec.mapping(isGlobal ? [...specKeys, ...globalKeys] : specKeys);
  const rules = {
    Ingress: spec.at("ingress").list().map(readRule),
    Egress: spec.at("egress").list().map(readRule),
  };
  // What Calico fills in where no types are named (defaultPolicyTypesField).
  const ruled = policyTypes.filter((type) => rules[type].length > 0);
  const tier = spec.at("tier").optional(readName) ?? "default";
  const name = readName(metadata.at("name"));
  const policy: Policy = {
    api: copied.test(name) ? "kubernetes" : "calico",
    kind,
    name: ownName(name, tier),
    namespace: isGlobal ? undefined : metadata.at("namespace").optional(readName),
    tier,
    order: readOrder(spec.at("order")),
    hook: isGlobal ? readHook(spec) : "normal",
    selection: readSelection(spec, isGlobal),
    types: readTypes(spec.at("types"), ruled.length > 0 ? ruled : ["Ingress"]),
    rules,
  };
  if (policy.hook === "preDNAT" && policy.types.includes("Egress")) {
    throw spec.at("preDNAT").wrong("no egress besides: DNAT is for what comes in");
  }
  return policy;
}

/** How calicoctl and the datastore call what is a policy of Kubernetes. */
const copied = /^knp\.default\./;

/** They have the tier in front of the others. */
function ownName(name: string, tier: string): string {
  const own = name.replace(copied, "");
  return own.startsWith(`${tier}.`) ? own.slice(tier.length + 1) : own;
}

function readOrder(field: Field): number | undefined {
  if (!field.isGiven) return undefined;
  if (typeof field.value === "number" && Math.abs(field.value) <= orderMax) return field.value;
  throw field.wrong(`a number from -${orderMax} to ${orderMax}`);
}

function readHook(spec: Field): Hook {
  const isEarly = (["preDNAT", "doNotTrack"] as const).filter((key) => spec.at(key).flag());
  const isForward = spec.at("applyOnForward").flag();
  const [hook, other] = isEarly;
  if (other !== undefined) throw spec.at(other).wrong(`false where ${hook} is true`);
  if (hook !== undefined && !isForward) {
    throw spec.at("applyOnForward").wrong(`true where ${hook} is true`);
  }
  return hook ?? (isForward ? "forward" : "normal");
}

function readSelection(spec: Field, isGlobal: boolean): Selection {
  const read = (key: string) => spec.at(key).optional(readSelector) ?? "";
  const namespaceSelector = isGlobal ? read("namespaceSelector") : "";
  const serviceAccountSelector = read("serviceAccountSelector");
  return {
    selector: read("selector") || "all()",
    ...(namespaceSelector !== "" && { namespaceSelector }),
    ...(serviceAccountSelector !== "" && { serviceAccountSelector }),
  };
}

function readSelector(field: Field): string {
  const selector = field.text().trim();
  const fault = selector === "" ? undefined : selectorFault(selector);
  if (fault !== undefined) throw field.wrong(fault);
  return selector;
}

function readRule(field: Field): PolicyRule {
  const written = field.mapping(["action", "metadata", ...matchKeys]);
  // What a rule matches may be copied as it is.
  for (const side of ["source", "destination"]) {
    for (const key of peerSelectors) field.at(side).at(key).optional(readSelector);
  }
  const given = Object.entries(written).filter(
    ([key, value]) => matchKeys.includes(key) && !isEmpty(value),
  );
  return {
    action: field.at("action").oneOf(ruleActions),
    match: Object.fromEntries(given),
    matchesAll: given.length === 0,
  };
}

/** `source: {}` asks for nothing. */
function isEmpty(value: unknown): boolean {
  return (
    value === null ||
    value === "" ||
    (typeof value === "object" && Object.values(value).every((inner) => isEmpty(inner)))
  );
}
