import { compareAddresses } from "../../model/address-range.ts";
import { parseAddress } from "../../model/address.ts";
import { podEndpoint, propertyOf } from "../../model/endpoint.ts";
import {
  type EndpointSubject,
  type EndpointTermName,
  sidesOf,
  subjectOf,
} from "../../model/endpoint-term.ts";
import { KIND_FLOW, KIND_OTHER } from "../../model/flow-bounds.ts";
import { type NamedRange, networkRanges } from "../../model/network-ranges.ts";
import { hashOfInterface } from "../../model/pod-interface.ts";
import { addressText } from "../../store/address-key.ts";
import { type Grouping, NO_KEY } from "../grouping.ts";
import { needsTimes, sharedInterfaces, sideColumns } from "./endpoint-condition.ts";
import { ENDPOINT_KEYS, endpointColumns, splitKeys } from "./endpoint-functions.ts";
import type { Naming } from "./naming.ts";
import type { StoredNames } from "./stored-names.ts";

/**
 * Endpoints are grouped by what tells them, interfaces or addresses, and named group by group;
 * flows for which it takes their times are asked one by one.
 */
export function endpointGrouping(
  by: EndpointTermName,
  names: StoredNames,
  naming: Naming,
): Grouping {
  const subject = subjectOf(by);
  return subject.property === "network"
    ? networkGrouping(subject, naming)
    : podGrouping(subject, names, naming);
}

function podGrouping(subject: EndpointSubject, names: StoredNames, naming: Naming): Grouping {
  const { side, property } = subject;
  const sides = sidesOf(side);
  const { podInterfaces } = naming;
  const shared = sharedInterfaces(names, naming)
    .map((name) => `'${name.replaceAll("'", "''")}'`)
    .join(", ");
  const sets = { shared, leased: "SELECT address FROM leases" };
  const isUnsure = sides.map((each) => needsTimes(each, sets, podInterfaces)).join(" OR ");
  const asked = `${ENDPOINT_KEYS}('${side}', '${property}', ${endpointColumns})`;
  const keyOf = remembering((name: string) => {
    const hash = hashOfInterface(name, podInterfaces);
    const [pod] = hash === undefined ? [] : names.podsOf(hash);
    return pod === undefined ? undefined : propertyOf(podEndpoint(pod), property);
  });
  return {
    columns: [`iif(${isUnsure}, ${asked}, NULL)`, ...sides.map((each) => sideColumns[each].own)],
    keys: (told: string | null, ...interfaces: string[]) =>
      orNone(told === null ? known(interfaces.map(keyOf)) : splitKeys(told)),
    knownTo: KIND_FLOW,
  };
}

function networkGrouping({ side }: EndpointSubject, { networks }: Naming): Grouping {
  const ranges = networkRanges(networks);
  const byText = remembering((text: string) => nameIn(ranges, text));
  return {
    columns: sidesOf(side).map((each) => sideColumns[each].address),
    keys: (...addresses: Buffer[]) =>
      orNone(known(addresses.map((address) => byText(addressText(address))))),
    knownTo: side === "destination" ? KIND_OTHER : KIND_FLOW,
  };
}

/** The ranges are in the order of their addresses, those of IPv4 first. */
function nameIn(ranges: readonly NamedRange[], text: string): string | undefined {
  const address = parseAddress(text);
  if (address === undefined) return undefined;
  let [from, to] = [0, ranges.length];
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    const { low } = ranges[middle]!.range;
    const isBelow =
      low.family === address.family
        ? compareAddresses(low, address) <= 0
        : low.family < address.family;
    if (isBelow) from = middle;
    else to = middle;
  }
  return ranges[from]!.name;
}

function known(keys: readonly (string | undefined)[]): string[] {
  return [...new Set(keys.filter((key) => key !== undefined))];
}

function orNone(keys: readonly string[]): string | readonly string[] {
  return keys.length === 0 ? NO_KEY : keys;
}

function remembering<Value>(find: (text: string) => Value): (text: string) => Value {
  const found = new Map<string, Value>();
  return (text) => {
    if (found.has(text)) return found.get(text)!;
    const value = find(text);
    found.set(text, value);
    return value;
  };
}
