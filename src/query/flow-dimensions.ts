import type Database from "better-sqlite3";
import { KIND_FLOW, KIND_OTHER_OF_ALL } from "../model/flow-bounds.ts";
import { directionOf } from "../model/direction.ts";
import type { TermName } from "../model/filter-term.ts";
import { protocolName } from "../model/protocol.ts";
import { addressText } from "../store/address-key.ts";
import type { PlacedFlow } from "./endpoints/endpoint-resolver.ts";
import { OTHER } from "./other-rows.ts";

export const rankedDimensions = ["source", "destination", "port", "policy", "direction"] as const;
export type RankedDimension = (typeof rankedDimensions)[number];

/** A filter, as people write it, that only what a row counts passes. */
export type NarrowingTerm = { readonly name: TermName; readonly value: string };

/** What flows have in common: their row in a ranking. An endpoint has its name only in a window. */
export type FlowGroup = {
  readonly text: string;
  /** None where no filter can ask for it, as for many flows in one. */
  readonly terms: readonly NarrowingTerm[];
  readonly endpoint?: Omit<PlacedFlow, "firstSeen" | "lastSeen">;
};

type Row = [
  id: number,
  kind: number,
  src: Buffer,
  dst: Buffer,
  protocol: number,
  dstPort: number,
  from: string,
  to: string,
  prefix: string,
  policy: string | null,
  node: string,
];

/** Shown where a packet was too short to tell. */
const NO_PROTOCOL = "-";
const other: FlowGroup = { text: OTHER, terms: [] };
const known = new WeakMap<Database.Database, FlowDimensions>();

/**
 * The groups that each flow belongs to, as numbers. Rows of flows never change: each is read once
 * for a connection, and those that came since.
 */
export class FlowDimensions {
  readonly groups: Readonly<Record<RankedDimension, FlowGroup[]>> = empty<FlowGroup[]>(() => []);
  /** By the id of a flow. */
  readonly groupOf: Readonly<Record<RankedDimension, number[]>> = empty<number[]>(() => []);
  readonly #numbers: Readonly<Record<RankedDimension, Map<string, number>>> = empty(
    () => new Map<string, number>(),
  );
  readonly #podInterfaces: readonly string[];
  #lastId = 0;

  constructor(podInterfaces: readonly string[]) {
    this.#podInterfaces = podInterfaces;
  }

  static of(database: Database.Database, podInterfaces: readonly string[]): FlowDimensions {
    const dimensions = known.get(database) ?? new FlowDimensions(podInterfaces);
    known.set(database, dimensions);
    dimensions.#update(database);
    return dimensions;
  }

  #update(database: Database.Database): void {
    const rows = database
      .prepare<[number], Row>(
        `SELECT f.id, f.kind, f.src, f.dst, f.protocol, f.dst_port, f.in_interface,
           f.out_interface, p.text, p.policy, n.name
         FROM flows f JOIN prefixes p ON p.id = f.prefix JOIN nodes n ON n.id = f.node
         WHERE f.id > ? ORDER BY f.id`,
      )
      .raw();
    for (const row of rows.iterate(this.#lastId)) this.#add(row);
  }

  #add([id, kind, src, dst, protocol, dstPort, from, to, prefix, policy, node]: Row): void {
    const isFlow = kind === KIND_FLOW;
    const hasDestination = kind < KIND_OTHER_OF_ALL;
    const sides = { protocol: protocolName(protocol), dstPort, in: from, out: to, node };
    const place = isFlow ? sides : { ...sides, other: true };
    this.#put(id, "source", isFlow ? keyOf(src, from, to, node) : "", () => {
      if (!isFlow) return other;
      return address("from-ip", addressText(src), { ...place, src: addressText(src) });
    });
    this.#put(id, "destination", hasDestination ? keyOf(dst, to, from, node) : "", () => {
      if (!hasDestination) return other;
      return address("to-ip", addressText(dst), { ...place, dst: addressText(dst) });
    });
    const port = hasDestination ? `${dstPort}/${protocol}` : "";
    this.#put(id, "port", port, () => (hasDestination ? portOf(protocol, dstPort) : other));
    this.#put(id, "policy", `${policy ?? ""}\n${policy === null ? prefix : ""}`, () =>
      policyOf(prefix, policy),
    );
    const direction = isFlow ? directionOf(from, to, this.#podInterfaces) : OTHER;
    this.#put(id, "direction", direction, () =>
      isFlow ? { text: direction, terms: [{ name: "direction", value: direction }] } : other,
    );
    this.#lastId = id;
  }

  #put(id: number, dimension: RankedDimension, key: string, make: () => FlowGroup): void {
    const numbers = this.#numbers[dimension];
    let number = numbers.get(key);
    if (number === undefined) {
      number = this.groups[dimension].push(make()) - 1;
      numbers.set(key, number);
    }
    this.groupOf[dimension][id] = number;
  }
}

function empty<Value>(make: () => Value): Record<RankedDimension, Value> {
  return {
    source: make(),
    destination: make(),
    port: make(),
    policy: make(),
    direction: make(),
  };
}

function keyOf(bytes: Buffer, own: string, across: string, node: string): string {
  return `${bytes.toString("latin1")}${own}\n${across}\n${node}`;
}

function address(
  name: "from-ip" | "to-ip",
  text: string,
  endpoint: NonNullable<FlowGroup["endpoint"]>,
): FlowGroup {
  return { text, terms: [{ name, value: text }], endpoint };
}

function portOf(protocol: number, dstPort: number): FlowGroup {
  if (protocol < 0) return { text: NO_PROTOCOL, terms: [] };
  const name = protocolName(protocol);
  const byProtocol = { name: "protocol", value: name } as const;
  return dstPort < 0
    ? { text: name, terms: [byProtocol] }
    : { text: `${dstPort}/${name}`, terms: [{ name: "to-port", value: `${dstPort}` }, byProtocol] };
}

/** Where prefixes do not name policies, the prefixes themselves. */
function policyOf(prefix: string, policy: string | null): FlowGroup {
  if (policy !== null) return { text: policy, terms: [{ name: "policy", value: policy }] };
  const text = prefix.replace(/[: ]+$/, "");
  return { text, terms: [{ name: "prefix", value: text }] };
}
