import type Database from "better-sqlite3";
import { KIND_FLOW, KIND_OTHER_OF_ALL } from "../model/flow-bounds.ts";
import { directionOf } from "../model/direction.ts";
import type { TermName } from "../model/filter-term.ts";
import { isPodInterface } from "../model/pod-interface.ts";
import { prefixTerm } from "../model/prefix-term.ts";
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

/** Addresses are in hex: a string is made in a tenth of the time that a Buffer takes. */
type Row = [
  id: number,
  kind: number,
  src: string,
  dst: string,
  protocol: number,
  dstPort: number,
  from: string,
  to: string,
  prefix: number,
  node: number,
];

type Prefix = { readonly id: number; readonly text: string; readonly policy: string | null };

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
  #prefixes = new Map<number, Prefix>();
  #nodes = new Map<number, string>();
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
    const prefixes = database.prepare<[], Prefix>("SELECT id, text, policy FROM prefixes").all();
    this.#prefixes = new Map(prefixes.map((prefix) => [prefix.id, prefix]));
    const nodes = database.prepare<[], [number, string]>("SELECT id, name FROM nodes").raw();
    this.#nodes = new Map(nodes.all());
    const rows = database
      .prepare<[number], Row>(
        `SELECT id, kind, hex(src), hex(dst), protocol, dst_port, in_interface, out_interface,
           prefix, node
         FROM flows WHERE id > ? ORDER BY id`,
      )
      .raw();
    for (const row of rows.iterate(this.#lastId)) this.#add(row);
  }

  #add([id, kind, src, dst, protocol, dstPort, from, to, prefixId, nodeId]: Row): void {
    const isFlow = kind === KIND_FLOW;
    const hasDestination = kind < KIND_OTHER_OF_ALL;
    const placed = () => {
      const node = this.#nodes.get(nodeId)!;
      const sides = { protocol: protocolName(protocol), dstPort, in: from, out: to, node };
      return isFlow ? sides : { ...sides, other: true };
    };
    this.#put(id, "source", isFlow ? this.#keyOf(src, from, to, nodeId) : "", () =>
      isFlow ? sourceOf(textOf(src), placed()) : other,
    );
    this.#put(id, "destination", hasDestination ? this.#keyOf(dst, to, from, nodeId) : "", () =>
      hasDestination ? destinationOf(textOf(dst), placed()) : other,
    );
    const port = hasDestination ? `${dstPort}/${protocol}` : "";
    this.#put(id, "port", port, () => (hasDestination ? portOf(protocol, dstPort) : other));
    const { text, policy } = this.#prefixes.get(prefixId)!;
    this.#put(id, "policy", `${policy ?? ""}\n${policy === null ? text : ""}`, () =>
      policyOf(text, policy),
    );
    const direction = isFlow ? directionOf(from, to, this.#podInterfaces) : OTHER;
    this.#put(id, "direction", direction, () =>
      isFlow ? { text: direction, terms: [{ name: "direction", value: direction }] } : other,
    );
    this.#lastId = id;
  }

  /** What an endpoint is told from; of the other side, only whether a pod is there. */
  #keyOf(address: string, own: string, across: string, node: number): string {
    const isPodAcross = isPodInterface(across, this.#podInterfaces);
    const kind = isPodAcross ? "pod" : across === "" ? "node" : "network";
    return `${address}${own}\n${kind}\n${node}`;
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

type Placed = Omit<NonNullable<FlowGroup["endpoint"]>, "src" | "dst">;

function sourceOf(text: string, placed: Placed): FlowGroup {
  return {
    text,
    terms: [{ name: "from-ip", value: text }],
    endpoint: { ...placed, src: text },
  };
}

function destinationOf(text: string, placed: Placed): FlowGroup {
  return {
    text,
    terms: [{ name: "to-ip", value: text }],
    endpoint: { ...placed, dst: text },
  };
}

function textOf(address: string): string {
  return addressText(Buffer.from(address, "hex"));
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
  const text = prefixTerm(prefix);
  return { text, terms: [{ name: "prefix", value: text }] };
}
