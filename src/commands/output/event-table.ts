import type { RecentEvent } from "../../query/recent-events.ts";
import { endpointText } from "../../query/output/endpoint-text.ts";
import { eventTime, packetText } from "./event-line.ts";
import { type Column, renderTable } from "./table.ts";

const columns: readonly Column<RecentEvent>[] = [
  { title: "TIME", value: eventTime },
  { title: "SOURCE", value: ({ src = "?", source }) => endpointText(src, source), widthMin: 15 },
  {
    title: "DESTINATION",
    value: ({ dst = "?", destination }) => endpointText(dst, destination),
    widthMin: 15,
  },
  { title: "PORT", value: port },
  { title: "DIRECTION", value: ({ direction }) => direction, rank: 2 },
  { title: "PACKET", value: packetText, rank: 1 },
];

const wideColumns: readonly Column<RecentEvent>[] = [
  ...columns,
  { title: "FROM", value: ({ src = "" }) => src, rank: 5 },
  { title: "FROM PORT", value: ({ srcPort = "" }) => String(srcPort), align: "right", rank: 5 },
  { title: "TO", value: ({ dst = "" }) => dst, rank: 5 },
  { title: "IN", value: (event) => event.in ?? "", rank: 6 },
  { title: "OUT", value: (event) => event.out ?? "", rank: 6 },
  { title: "POLICY", value: ({ policy = "" }) => policy, rank: 3 },
  { title: "NODE", value: ({ node = "" }) => node, rank: 7 },
  { title: "PREFIX", value: ({ prefix }) => prefix.trimEnd(), rank: 8 },
];

/** A row for each denial. */
export function eventTable(
  events: readonly RecentEvent[],
  isWide: boolean,
  width: number | undefined,
): string {
  return renderTable(isWide ? wideColumns : columns, events, width);
}

function port({ dstPort, protocol = "?" }: RecentEvent): string {
  return dstPort === undefined ? protocol : `${dstPort}/${protocol}`;
}
