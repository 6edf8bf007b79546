import { isIP } from "node:net";
import { isDeepStrictEqual } from "node:util";
import type { Denial } from "../../../src/model/denial.ts";
import type { SentPacket } from "./packet-kinds.ts";

/** One field in which a record and the packet that was sent differ. */
export type Disagreement = {
  readonly kind: string;
  readonly field: string;
  readonly sent: unknown;
  readonly parsed: unknown;
};

/** The field that stands for all of them when there is no record of the packet's line. */
export const noRecord = "(record)";

/** Field by field. A record is found by its source address, which no other packet has. */
export function disagreements(
  sent: readonly SentPacket[],
  parsed: readonly Denial[],
): readonly Disagreement[] {
  const bySource = new Map(parsed.map((denial) => [denial.src, denial]));
  return sent.flatMap(({ kind, denial }) => {
    const record = bySource.get(denial.src);
    if (record === undefined) return [{ kind, field: noRecord, sent: denial, parsed: undefined }];
    // Not of the packet but of its line.
    const { time: _t, uptime: _u, node: _n, prefix: _p, verdict: _v, ...fields } = record;
    return fieldsThatDiffer(denial, fields).map((difference) => ({ kind, ...difference }));
  });
}

/** Fields that the sent packets do not state; test/parsers holds them against the grammar. */
const unstated: readonly string[] = [
  "extensionHeaders",
  "fragmentId",
  "icmpPointer",
  "ipOptions",
  "spi",
  "tcpAck",
  "tcpOptions",
  "tcpSeq",
  "truncated",
];

function stated(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !unstated.includes(name)));
}

function fieldsThatDiffer(
  sent: Readonly<Record<string, unknown>>,
  parsed: Readonly<Record<string, unknown>>,
): readonly Omit<Disagreement, "kind">[] {
  const fields = new Set([...Object.keys(sent), ...Object.keys(parsed)]);
  return [...fields]
    .filter((field) => !unstated.includes(field))
    .filter((field) => !isDeepStrictEqual(sent[field], stated(parsed[field])))
    .map((field) => ({ field, sent: sent[field], parsed: parsed[field] }));
}

/** The source address of a LOG line, in its short form. */
export function sourceOf(line: string): string {
  return shortAddress(/ SRC=(\S+) /.exec(line)?.[1] ?? "");
}

/** An address as RFC 5952 writes it, by no code of ours; anything else as it is. */
export function shortAddress(text: string): string {
  const isIpv6 = isIP(text) === 6;
  return isIpv6 ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
}
