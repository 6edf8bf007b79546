import { directionOf } from "../model/direction.ts";
import { KIND_FLOW } from "../model/flow-bounds.ts";
import type { FlowOfMessage } from "../model/outgoing.ts";
import { podInterfaceDefaults } from "../model/pod-interface.ts";
import { protocolName } from "../model/protocol.ts";
import { addressText } from "./address-key.ts";
import { CUT_POLICY } from "./prefix-rows.ts";

/** `flows f` with what its prefix says, for flowFields(). */
export const flowColumns = `f.kind AS flow_kind, f.src, f.dst, f.protocol, f.dst_port, f.icmp_type,
  f.icmp_code, f.in_interface, f.out_interface, p.text AS prefix, p.tier, p.kind, p.policy,
  p.is_cut`;

export type FlowColumns = {
  readonly flow_kind: number;
  readonly src: Buffer;
  readonly dst: Buffer;
  readonly protocol: number;
  readonly dst_port: number;
  readonly icmp_type: number;
  readonly icmp_code: number;
  readonly in_interface: string;
  readonly out_interface: string;
  readonly prefix: string;
  readonly tier: string | null;
  readonly kind: string | null;
  readonly policy: string | null;
  readonly is_cut: number;
};

/** The key of a flow as people see it; what does not apply, or is not known, is left out. */
export function flowFields(row: FlowColumns, podInterfaces = podInterfaceDefaults): FlowOfMessage {
  const isFlow = row.flow_kind === KIND_FLOW;
  return {
    ...(isFlow ? { src: addressText(row.src) } : { other: true }),
    ...(row.dst.length === 0 ? {} : { dst: addressText(row.dst) }),
    ...(row.protocol < 0 ? {} : { protocol: protocolName(row.protocol) }),
    ...(row.dst_port < 0 ? {} : { dstPort: row.dst_port }),
    ...(row.icmp_type < 0 ? {} : { icmpType: row.icmp_type, icmpCode: row.icmp_code }),
    ...(isFlow
      ? { direction: directionOf(row.in_interface, row.out_interface, podInterfaces) }
      : {}),
    ...(row.in_interface === "" ? {} : { in: row.in_interface }),
    ...(row.out_interface === "" ? {} : { out: row.out_interface }),
    prefix: row.prefix,
    ...(row.policy === null ? {} : { policy: row.policy }),
    ...(row.policy !== null && row.is_cut === CUT_POLICY ? { policyCut: true } : {}),
    ...(row.tier === null || row.tier === "" ? {} : { tier: row.tier }),
    ...(row.kind === null ? {} : { kind: row.kind }),
  };
}
