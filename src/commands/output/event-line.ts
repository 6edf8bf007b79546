import type { Endpoint } from "../../model/endpoint.ts";
import { printable } from "../../model/printable.ts";
import type { RecentEvent } from "../../query/recent-events.ts";
import { endpointText } from "../../query/output/endpoint-text.ts";

const MILLISECONDS_END = 23;

/**
 * A denial on one line, as `hubble observe -o compact` has it: when, from whom to whom, where, by
 * which policy, and what the packet was.
 */
export function eventLine(event: RecentEvent): string {
  const { src, srcPort, source, dst, dstPort, destination, direction } = event;
  const { verdict = "denied", policy, policyCut } = event;
  const by = policy === undefined ? "" : ` by ${policy}${policyCut === true ? "…" : ""}`;
  const from = peer(src, srcPort, source);
  const to = peer(dst, dstPort, destination);
  const what = `${direction} ${verdict.toUpperCase()}${by} (${packetText(event)})`;
  return printable(`${eventTime(event)}: ${from} -> ${to} ${what}`);
}

/** `2026-11-22 14:28:51.250`, as exact as the line is, to the millisecond. */
export function eventTime({ time }: Pick<RecentEvent, "time">): string {
  return time.replace("T", " ").replace("Z", "").slice(0, MILLISECONDS_END);
}

/** `TCP Flags: SYN`, `icmp echo-request`, `udp` */
export function packetText({
  protocol,
  tcpFlags,
  icmpType,
  icmpCode,
  ...event
}: RecentEvent): string {
  if (protocol === undefined) return "no protocol";
  if (tcpFlags !== undefined) return `TCP Flags: ${tcpFlags.join(", ")}`;
  if (icmpType === undefined) return protocol;
  return `${protocol} ${event.icmpName ?? `${icmpType}/${icmpCode ?? "?"}`}`;
}

/** `shop/web-0:40000`, `192.0.2.7:443 (office)`, `[fd00::1]:53` */
function peer(address = "?", port: number | undefined, endpoint: Endpoint | undefined): string {
  const text = endpointText(address, endpoint);
  if (port === undefined) return text;
  if (!text.startsWith(address)) return `${text}:${port}`;
  const host = address.includes(":") ? `[${address}]` : address;
  return `${host}:${port}${text.slice(address.length)}`;
}
