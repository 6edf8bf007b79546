import { readdirSync, readFileSync } from "node:fs";
import { BlockList } from "node:net";
import type { Denial } from "../../src/model/denial.ts";

/**
 * A second way to count, from the records expected of the samples: slow, and easy to see through.
 */

const ATTEMPT_MICROS = 130_000_000;
const samples = new URL("../../samples/", import.meta.url);

/**
 * A denial, when it was, and the attempts that it begins: 1, or 0 when it belongs to one before.
 */
export type Counted = Denial & { readonly micros: number; readonly attempts: number };

export type SampleLog = { readonly name: string; readonly text: string };

/** One sample is moved to a second node, for all were written on one. */
const MOVED = "ipv6";
const otherNode = (text: string) => text.replaceAll("worker-1", "worker-2");

export const sampleLogs: readonly SampleLog[] = readdirSync(samples)
  .filter((name) => name.endsWith(".log"))
  .map((name) => ({ name, text: sampleText(name) }));

export const denials: readonly Counted[] = withAttempts(
  sampleLogs
    .flatMap(({ name }) =>
      sampleText(name.replace(/\.log$/, ".jsonl"))
        .trimEnd()
        .split("\n"),
    )
    .map((record) => JSON.parse(record) as Denial),
);

function sampleText(name: string): string {
  const text = readFileSync(new URL(name, samples), "utf8");
  return name.startsWith(MOVED) ? otherNode(text) : text;
}

/** Microseconds since the epoch of an RFC 3339 time in UTC. */
export function microsOf(time: string): number {
  const [, seconds = "", fraction = ""] = /^(.{19})(?:\.(\d+))?Z$/.exec(time) ?? [];
  return Date.parse(`${seconds}Z`) * 1000 + Number(fraction.padEnd(6, "0"));
}

function withAttempts(records: readonly Denial[]): readonly Counted[] {
  const begun = new Map<string, number>();
  return records.map((denial) => {
    const micros = microsOf(denial.time ?? "");
    const key = attemptKey(denial);
    const first = key === undefined ? undefined : begun.get(key);
    const isKnown = first !== undefined && Math.abs(micros - first) <= ATTEMPT_MICROS;
    if (key !== undefined && !isKnown) begun.set(key, micros);
    return { ...denial, micros, attempts: isKnown ? 0 : (denial.repeated ?? 1) };
  });
}

/** Denials of one key are one attempt; those without a key are one each. */
function attemptKey(denial: Denial): string | undefined {
  const { src, dst, protocol, srcPort, dstPort, icmpType, icmpCode, icmpId, icmpSeq } = denial;
  const ends = [src, dst, protocol, srcPort, dstPort, icmpType, icmpCode, icmpId, icmpSeq];
  if (protocol === "tcp" && dstPort !== undefined) return ends.join(" ");
  if (denial.id === undefined || denial.uptime === undefined) return undefined;
  return [...ends, denial.id, Math.floor(denial.uptime)].join(" ");
}

export type Sums = {
  packets: number;
  attempts: number;
  bytes: number;
  flows: number;
  first: number;
  last: number;
};

/** Denials summed up by a key; each with the number of its flows. */
export function sumsBy(
  those: readonly Counted[],
  keyOf: (denial: Counted) => string,
): ReadonlyMap<string, Sums> {
  const sums = new Map<string, Sums>();
  const flows = new Map<string, Set<string>>();
  for (const denial of those) {
    const key = keyOf(denial);
    const { micros, length = 0, repeated = 1 } = denial;
    const before = sums.get(key) ?? { packets: 0, attempts: 0, bytes: 0, first: micros, last: 0 };
    const ofKey = flows.get(key) ?? new Set();
    flows.set(key, ofKey.add(flowKey(denial)));
    sums.set(key, {
      packets: before.packets + repeated,
      attempts: before.attempts + denial.attempts,
      bytes: before.bytes + length * repeated,
      flows: ofKey.size,
      first: Math.min(before.first, micros),
      last: Math.max(before.last, micros),
    });
  }
  return sums;
}

/** What denials are aggregated by, also of a flow that the program prints. */
export function flowKey(of: Omit<Partial<Denial>, "tcpFlags">): string {
  const { src, dst, protocol, dstPort, icmpType, icmpCode, prefix, node } = of;
  return [src, dst, protocol, dstPort, icmpType, icmpCode, of.in, of.out, prefix, node].join("|");
}

export function directionOf({ in: from = "", out: to = "" }: Denial): string {
  const isPod = (name: string) => name.startsWith("cali");
  if (isPod(from) && isPod(to)) return "local";
  if (isPod(to)) return "ingress";
  if (isPod(from)) return "egress";
  if (to === "") return "host-ingress";
  return from === "" ? "host-egress" : "forward";
}

/** Whether an address is in one of the blocks, as Node's own block list sees it. */
export function isIn(...blocks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = "", length] = block.split("/");
    const family = address.includes(":") ? "ipv6" : "ipv4";
    const all = family === "ipv4" ? 32 : 128;
    list.addSubnet(address, length === undefined ? all : Number(length), family);
  }
  return (address) => list.check(address, address.includes(":") ? "ipv6" : "ipv4");
}
