import { expect, test } from "vitest";
import { randomFrom } from "../../../bench/syslog-generator.ts";
import { interfaceHash } from "../../../src/identify/interface-hash.ts";
import type { Endpoint } from "../../../src/model/endpoint.ts";
import { type Flow, queryFlows } from "../../../src/query/flows.ts";
import { deniedPrefixDefaults } from "../../../src/model/verdict.ts";
import { BatchWriter } from "../../../src/store/batch-writer.ts";
import { BatchMaker } from "../../store/counted-batches.ts";
import { newPath, writable } from "../../store/stored.ts";
import { questionOf } from "../question-of.ts";

const SECONDS = 3600;
const START_MS = Date.parse("2026-11-22T10:00:00Z");
const CHANGES = 500;
const LINES = 15_000;
const LINES_PER_TRANSACTION = 700;
const ADDRESSES = 12;
const FEW_PORTS = 40;
/** No pod's: of those without an address yet, of groups, of links, of all. */
const nobodysSources = ["0.0.0.0", "169.254.1.1"];
const nobodysDestinations = ["224.0.0.251", "239.255.255.250", "255.255.255.255", "169.254.1.1"];

const NOBODY = "nobody";

/** A pod and its address; seconds of the hour. */
type Tenancy = {
  readonly address: string;
  readonly pod: string;
  readonly uid: string;
  readonly from: number;
  readonly to: number;
  readonly isThereFrom: number;
  readonly isThereTo: number;
};

/** Who in truth stood at the two sides of the lines of a flow, by its key. */
type Truth = Map<string, { readonly sources: Set<string>; readonly destinations: Set<string> }>;

/** An hour in which addresses change hands that often; some pods are called as others before. */
class Hour {
  readonly tenancies: Tenancy[] = [];
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
    const perAddress = (1.2 * CHANGES) / ADDRESSES;
    const freeFrom = new Map<string, number>();
    for (let n = 0; n < ADDRESSES; n++) {
      let at = -this.below(60);
      while (at < SECONDS) {
        const length = (0.2 + 1.6 * this.#random()) * (SECONDS / perAddress);
        const name = this.#name(at, freeFrom);
        const [isThereFrom, isThereTo] = [at - this.below(3), at + length + this.below(60)];
        // A pod of a StatefulSet comes when the one before it is gone.
        freeFrom.set(name, isThereTo + 10);
        this.tenancies.push({
          address: `10.244.1.${n}`,
          pod: name,
          uid: `uid-${this.tenancies.length}`,
          from: at,
          to: at + length,
          isThereFrom,
          isThereTo,
        });
        // Often another has it at once.
        at += length + (this.#random() < 0.5 ? 0.001 : this.below(30));
      }
    }
  }

  /** From 0 on. */
  below(limit: number): number {
    return this.#random() * limit;
  }

  holderOf(address: string, second: number): Tenancy | undefined {
    return this.tenancies.find(
      (each) => each.address === address && each.from <= second && second < each.to,
    );
  }

  #name(at: number, freeFrom: ReadonlyMap<string, number>): string {
    const stateful = `db-${Math.floor(this.below(6))}`;
    if (this.#random() < 0.4 && (freeFrom.get(stateful) ?? -Infinity) < at) return stateful;
    const letters = "bcdfghjklmnpqrstvwxz";
    const letter = () => letters[Math.floor(this.below(letters.length))];
    return `web-5d8f7c9b4-${Array.from({ length: 5 }, letter).join("")}`;
  }
}

const interfaceOf = ({ pod }: Tenancy) => `cali${interfaceHash("shop", pod)}`;

/** Lines of the hour in their order, and what is true of each flow. */
function linesOf(hour: Hour, truth: Truth, digits: number): string[] {
  const seconds = Array.from({ length: LINES }, () => hour.below(SECONDS)).toSorted(
    (a, b) => a - b,
  );
  return seconds.flatMap((second, index) => {
    const pick = () => hour.holderOf(`10.244.1.${Math.floor(hour.below(ADDRESSES))}`, second);
    const [one, other] = [pick(), pick()];
    if (one !== undefined && index % 8 === 0)
      return [nobodysLine(hour, second, one, truth, digits)];
    if (one === undefined || other === undefined || one === other) return [];
    // Many flows go on over changes, others are of one moment.
    const port = index % 3 === 0 ? 10_000 + (index % 50_000) : Math.floor(hour.below(FEW_PORTS));
    const kind = hour.below(4);
    const [from, to] =
      kind < 1
        ? [interfaceOf(one), interfaceOf(other)]
        : kind < 2
          ? ["eth0", interfaceOf(other)]
          : kind < 3
            ? ["eth0", ""]
            : ["", interfaceOf(other)];
    const src = from === "eth0" ? "203.0.113.9" : one.address;
    const flow = { from, to, src, dst: other.address, port };
    note(truth, flow, from === "eth0" ? "" : one.uid, other.uid);
    return [lineAt(second, flow, digits)];
  });
}

/** What a pod sends or gets with an address that is nobody's, or what came over the network. */
function nobodysLine(
  hour: Hour,
  second: number,
  pod: Tenancy,
  truth: Truth,
  digits: number,
): string {
  const oneOf = (all: readonly string[]) => all[Math.floor(hour.below(all.length))]!;
  const [src, dst, port] = [oneOf(nobodysSources), oneOf(nobodysDestinations), 5353];
  const kind = hour.below(3);
  const [from, to] =
    kind < 1 ? [interfaceOf(pod), ""] : kind < 2 ? ["", interfaceOf(pod)] : ["eth0", ""];
  const flow = { from, to, src, dst, port };
  const [source, destination] = [from, to].map((each) => (each.startsWith("cali") ? pod.uid : ""));
  note(truth, flow, source || NOBODY, destination || NOBODY);
  return lineAt(second, flow, digits);
}

type FlowOfLine = {
  readonly from: string;
  readonly to: string;
  readonly src: string;
  readonly dst: string;
  readonly port: number;
};

function note(truth: Truth, flow: FlowOfLine, source: string, destination: string): void {
  const key = [flow.src, flow.dst, flow.port, flow.from, flow.to].join(" ");
  const known = truth.get(key) ?? { sources: new Set(), destinations: new Set() };
  truth.set(key, known);
  known.sources.add(source);
  known.destinations.add(destination);
}

function lineAt(second: number, flow: FlowOfLine, digits: number): string {
  const micros = Math.floor(second * 1e6) % 1e6;
  const whole = new Date(START_MS + Math.floor(second) * 1000).toISOString().slice(0, 19);
  const fraction = digits === 0 ? "" : `.${String(micros).padStart(6, "0")}`;
  return (
    `${whole}${fraction}+00:00 worker-1 kernel: calico-packet: IN=${flow.from} OUT=${flow.to} ` +
    `SRC=${flow.src} DST=${flow.dst} LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP ` +
    `SPT=40000 DPT=${flow.port} WINDOW=64240 RES=0x00 SYN URGP=0 \n`
  );
}

type Verdicts = { right: number; ambiguous: number; unknown: number; readonly wrong: string[] };

function judge(
  verdicts: Verdicts,
  hour: Hour,
  endpoint: Endpoint | undefined,
  holders: ReadonlySet<string>,
  what: string,
): void {
  if (holders.has("")) return;
  if (holders.has(NOBODY)) {
    if (endpoint?.pod !== undefined || endpoint?.ambiguous === true) verdicts.wrong.push(what);
    return;
  }
  if (endpoint?.ambiguous === true) verdicts.ambiguous++;
  else if (endpoint?.pod === undefined) verdicts.unknown++;
  else {
    const those = hour.tenancies.filter(({ uid }) => holders.has(uid));
    const isRight =
      those.every(({ pod }) => pod === endpoint.pod) &&
      (endpoint.uid === undefined || those.every(({ uid }) => uid === endpoint.uid));
    if (isRight) verdicts.right++;
    else
      verdicts.wrong.push(
        `${what}: ${endpoint.pod} ${endpoint.uid}, not ${[...holders].join(" ")}`,
      );
  }
}

test.for([
  [1, 6],
  [2, 6],
  [3, 0],
] as const)(
  "500 addresses change hands in an hour, and no flow is given to a wrong pod: seed %i, %i digits",
  { timeout: 120_000 },
  ([seed, digits]) => {
    const hour = new Hour(seed);
    const truth: Truth = new Map();
    const database = writable(newPath());
    const writer = new BatchWriter(database, { deniedPrefixes: deniedPrefixDefaults });
    const maker = new BatchMaker();
    const lines = linesOf(hour, truth, digits);
    const micros = (second: number) => START_MS * 1000 + Math.floor(second * 1e6);
    writer.begin();
    for (const { pod: name, uid, isThereFrom, isThereTo } of hour.tenancies) {
      const pod = { namespace: "shop", name, uid, hash: interfaceHash("shop", name) };
      const change = { appeared: [], gone: [], isComplete: false, time: micros(isThereTo) };
      writer.changePods({ ...change, appeared: [{ ...pod, from: micros(isThereFrom) }] });
      writer.changePods({ ...change, gone: [uid] });
    }
    for (let from = 0; from < lines.length; from += LINES_PER_TRANSACTION) {
      if (from > 0) writer.begin();
      writer.write(maker.batch(lines.slice(from, from + LINES_PER_TRANSACTION)), 0);
      writer.writeEnd(maker.end());
      writer.commit();
    }
    const { flows } = queryFlows(database, questionOf(), "packets");

    expect(hour.tenancies.length - ADDRESSES).toBeGreaterThanOrEqual(CHANGES);
    expect(flows).toHaveLength(truth.size);
    const byInterface: Verdicts = { right: 0, ambiguous: 0, unknown: 0, wrong: [] };
    const byAddress: Verdicts = { right: 0, ambiguous: 0, unknown: 0, wrong: [] };
    for (const flow of flows) {
      const { sources, destinations } = truth.get(keyOf(flow))!;
      const of = (name = "") => (name.startsWith("cali") ? byInterface : byAddress);
      judge(of(flow.in), hour, flow.source, sources, `source of ${keyOf(flow)}`);
      judge(of(flow.out), hour, flow.destination, destinations, `destination of ${keyOf(flow)}`);
    }
    expect(byInterface).toMatchObject({ wrong: [], ambiguous: 0, unknown: 0 });
    expect(byAddress.wrong).toEqual([]);
    // Not by saying nothing: flows of one moment are told, those that go on over a change are not.
    expect(byAddress.right).toBeGreaterThan(1000);
    expect(byAddress.ambiguous).toBeGreaterThan(100);
  },
);

function keyOf({ src, dst, dstPort, in: from = "", out = "" }: Flow): string {
  return [src, dst, dstPort, from, out].join(" ");
}
