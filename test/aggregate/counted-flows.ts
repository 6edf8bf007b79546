import type { Aggregator } from "../../src/aggregate/aggregator.ts";
import { formatAddress } from "../../src/model/address.ts";
import {
  COUNT_ATTEMPTS,
  COUNT_BYTES,
  COUNT_COLUMNS,
  COUNT_FIRST_SEEN,
  COUNT_FLOW,
  COUNT_LAST_SEEN,
  COUNT_PACKETS,
  COUNT_SPAN,
  COUNT_TCP_FLAGS,
} from "../../src/model/count-row.ts";
import {
  FLOW_DST,
  FLOW_DST_HIGH,
  FLOW_ICMP,
  FLOW_IN,
  FLOW_INTERFACE_WORDS,
  FLOW_ORIGIN,
  FLOW_OUT,
  FLOW_PORT,
  FLOW_PROTOCOL,
  FLOW_SRC,
  FLOW_SRC_HIGH,
  FLOW_WORDS,
} from "../../src/model/flow-key.ts";

export type FlowCounts = {
  readonly packets: number;
  readonly attempts: number;
  readonly bytes: number;
  readonly tcpFlags: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
};

type Batch = ReturnType<Aggregator["take"]>;

/** Adds up batches as the store does, with flows in words instead of numbers. */
export class CountedFlows {
  /** By minute and flow, as JSON. */
  readonly counts = new Map<string, FlowCounts>();
  readonly prefixTallies: { prefix: string; lines: number; packets: number }[][] = [];
  nodes: string[] = [];
  prefixes: string[] = [];
  #flows: Int32Array[] = [];

  take({ startsSession, nodes, prefixes, flows, minutes, prefixTally }: Batch): void {
    if (startsSession) {
      this.nodes = [];
      this.prefixes = [];
      this.#flows = [];
    }
    this.nodes.push(...nodes);
    this.prefixes.push(...prefixes);
    for (let index = 0; index < flows.count; index++) {
      this.#flows.push(flows.words.slice(index * FLOW_WORDS, (index + 1) * FLOW_WORDS));
    }
    for (let row = 0; row < minutes.count; row++) {
      this.#add(minutes.values.subarray(row * COUNT_COLUMNS, (row + 1) * COUNT_COLUMNS));
    }
    this.prefixTallies.push(
      prefixTally.map(({ prefix, ...tally }) => ({ prefix: this.prefixes[prefix]!, ...tally })),
    );
  }

  #add(row: Float64Array): void {
    const key = JSON.stringify({ minute: row[COUNT_SPAN], ...this.#describe(row[COUNT_FLOW]!) });
    const before = this.counts.get(key);
    this.counts.set(key, {
      packets: (before?.packets ?? 0) + row[COUNT_PACKETS]!,
      attempts: (before?.attempts ?? 0) + row[COUNT_ATTEMPTS]!,
      bytes: (before?.bytes ?? 0) + row[COUNT_BYTES]!,
      tcpFlags: (before?.tcpFlags ?? 0) | row[COUNT_TCP_FLAGS]!,
      firstSeen: Math.min(before?.firstSeen ?? Infinity, row[COUNT_FIRST_SEEN]!),
      lastSeen: Math.max(before?.lastSeen ?? -Infinity, row[COUNT_LAST_SEEN]!),
    });
  }

  #describe(flow: number): object {
    const words = this.#flows[flow]!;
    const word = (at: number) => words[at]!;
    const family = word(FLOW_PROTOCOL) >>> 16;
    const address = (low: number, high: number) =>
      formatAddress(family, word(high), word(high + 1), word(high + 2), word(low));
    return {
      src: address(FLOW_SRC, FLOW_SRC_HIGH),
      dst: address(FLOW_DST, FLOW_DST_HIGH),
      protocol: (word(FLOW_PROTOCOL) & 0xffff) - 1,
      dstPort: word(FLOW_PORT) - 1,
      icmpType: (word(FLOW_ICMP) >>> 16) - 1,
      icmpCode: (word(FLOW_ICMP) & 0xffff) - 1,
      in: nameAt(words, FLOW_IN),
      out: nameAt(words, FLOW_OUT),
      prefix: this.prefixes[word(FLOW_ORIGIN) >>> 16],
      node: this.nodes[word(FLOW_ORIGIN) & 0xffff],
    };
  }
}

function nameAt(words: Int32Array, at: number): string {
  const bytes = Buffer.alloc(FLOW_INTERFACE_WORDS * 4);
  for (let i = 0; i < FLOW_INTERFACE_WORDS; i++) bytes.writeInt32LE(words[at + i]!, i * 4);
  return bytes.toString().replaceAll("\0", "");
}
