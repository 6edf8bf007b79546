import { podEndpoint } from "../../model/endpoint.ts";
import { endpointAnswer, type EndpointSubject, sidesOf } from "../../model/endpoint-term.ts";
import { KIND_FLOW } from "../../model/flow-bounds.ts";
import { networkRanges } from "../../model/network-ranges.ts";
import { keyOfAddress } from "../../store/address-key.ts";
import { podInterfaceSql } from "../pod-interface-sql.ts";
import type { PodLife } from "./name-source.ts";
import type { Naming } from "./naming.ts";
import type { StoredNames } from "./stored-names.ts";

export type Sql = { readonly sql: string; readonly values: readonly unknown[] };
type Side = "source" | "destination";
type Asked = EndpointSubject & { readonly text: string };

/** Columns of `flows f` that tell one side. */
export const sideColumns = {
  source: { address: "f.src", own: "f.in_interface" },
  destination: { address: "f.dst", own: "f.out_interface" },
} as const;

/**
 * A term about endpoints as SQL. An interface has one name as long as one pod has its hash, and an
 * address one network, so that sets of them answer for nearly all flows; `ask` is SQL for the rest,
 * sides without an interface of which somebody had the address.
 */
export function endpointCondition(
  asked: Asked,
  ask: (side: Side) => Sql,
  { names, naming }: { readonly names: StoredNames; readonly naming: Naming },
): Sql {
  const ofSide =
    asked.property === "network"
      ? networkCondition(asked.text, naming)
      : podCondition(asked, ask, names, naming);
  const sides = sidesOf(asked.side).map(ofSide);
  return {
    sql: `(${sides.map(({ sql }) => sql).join(" OR ")})`,
    values: sides.flatMap(({ values }) => values),
  };
}

/**
 * Whether it takes the times of a flow to tell who was at a side: its interface was that of pods
 * with different names, or it has none and its address is among `leased`.
 */
export function needsTimes(
  side: Side,
  { shared, leased }: { readonly shared: string; readonly leased: string },
  podInterfaces: readonly string[],
): string {
  const { address, own } = sideColumns[side];
  return `(${own} IN (${shared}) OR (${address} IN (${leased})
    AND NOT ${podInterfaceSql(own, podInterfaces)}))`;
}

/** Interfaces with hashes that pods of several names have, or had. */
export function sharedInterfaces(names: StoredNames, { podInterfaces }: Naming): string[] {
  return interfacesWith(names, podInterfaces, (lives) => nameOf(lives) === undefined);
}

function podCondition(
  asked: Asked,
  ask: (side: Side) => Sql,
  names: StoredNames,
  naming: Naming,
): (side: Side) => Sql {
  const { podInterfaces } = naming;
  const { property, text } = asked;
  const matching = interfacesWith(names, podInterfaces, (lives) => {
    const pod = nameOf(lives);
    if (pod === undefined) return false;
    const source = podEndpoint(pod);
    return endpointAnswer({ side: "source", property }, text, { source }) === true;
  });
  const values = [matching, sharedInterfaces(names, naming)].map((each) => JSON.stringify(each));
  const set = "SELECT value FROM json_each(?)";
  // An address that only nodes had is no pod's.
  const leased = "SELECT address FROM leases WHERE hash <> ''";
  return (side) => {
    const asking = ask(side);
    const isUnsure = needsTimes(side, { shared: set, leased }, podInterfaces);
    return {
      sql: `CASE WHEN f.kind > ${KIND_FLOW} THEN NULL
        WHEN ${sideColumns[side].own} IN (${set}) THEN 1
        WHEN ${isUnsure} THEN ${asking.sql} ELSE 0 END`,
      values: [...values, ...asking.values],
    };
  };
}

function networkCondition(text: string, { networks }: Naming): (side: Side) => Sql {
  const ranges = networkRanges(networks).filter(({ name }) => name === text);
  const values = ranges.flatMap(({ range }) => [keyOfAddress(range.low), keyOfAddress(range.high)]);
  return (side) => {
    const { address } = sideColumns[side];
    const within = ranges.map(() => `${address} BETWEEN ? AND ?`);
    // A folded row may not have an address.
    return {
      sql: `CASE WHEN length(${address}) = 0 THEN NULL ELSE ${within.join(" OR ") || "0"} END`,
      values,
    };
  };
}

function interfacesWith(
  { pods }: StoredNames,
  podInterfaces: readonly string[],
  is: (lives: readonly PodLife[]) => boolean,
): string[] {
  const hashes = [...pods].filter(([, lives]) => is(lives)).map(([hash]) => hash);
  return hashes.flatMap((hash) => podInterfaces.map((prefix) => prefix + hash));
}

/** Undefined where there are several. */
function nameOf(lives: readonly PodLife[]): PodLife | undefined {
  const [first] = lives;
  const isOne = lives.every(
    ({ namespace, name }) => namespace === first?.namespace && name === first.name,
  );
  return isOne ? first : undefined;
}
