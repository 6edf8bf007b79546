import type { Denial, Packet } from "../src/model/denial.ts";
import { formatTime } from "../src/model/time-window.ts";
import type { PrefixMeaning } from "../src/model/prefix-meaning.ts";
import { readInnerPacket } from "./inner-packet.ts";
import { readBody } from "./log-line.ts";
import { ABSENT, DIALECT_EBTABLES, DIALECT_ULOGD, LineRecord } from "./line-record.ts";
import { linkOf } from "./link-of.ts";
import { packetOf } from "./packet-of.ts";
import { prefixText } from "./prefix.ts";
import { readInterfaces } from "./interfaces.ts";
import { number, some, textOf } from "./shown.ts";

export type Circumstances = {
  /** Microseconds since the epoch. */
  readonly time: number;
  readonly timeInferred: boolean;
  readonly node?: string | undefined;
  /** What the prefix of the line means. */
  readonly meaning: PrefixMeaning;
};

/** The text and the values of a line that was read into `record`. Allocates: for showing only. */
export function denialOf(
  record: LineRecord,
  { time, timeInferred, node, meaning }: Circumstances,
): Denial {
  const { text } = record;
  const shown = bodyOf(record);
  return {
    time: formatTime(time, timeInferred ? 6 : record.stampDigits),
    ...(timeInferred ? { timeInferred } : {}),
    ...some("node", node ?? textOf(text, record.nodeStart, record.nodeEnd)),
    prefix: prefixText(record),
    verdict: meaning.verdict,
    ...policyOf(meaning),
    ...(record.repeated > 1 ? { repeated: record.repeated } : {}),
    ...(record.uptimeSeconds === ABSENT
      ? {}
      : { uptime: record.uptimeSeconds + record.uptimeMicros / 1_000_000 }),
    ...some("caller", textOf(text, record.callerStart, record.callerEnd)),
    ...dialectOf(shown),
    ...some("in", textOf(text, shown.inStart, shown.inEnd)),
    ...some("out", textOf(text, shown.outStart, shown.outEnd)),
    ...linkOf(shown),
    ...(packetOf(shown) as Packet),
    ...number("uid", shown.uid),
    ...number("gid", shown.gid),
    ...some("mark", markOf(shown)),
    ...innerOf(shown),
  };
}

function policyOf({ tier = "", kind = "", policy = "", policyCut }: PrefixMeaning): object {
  return {
    ...some("tier", tier),
    ...some("kind", kind),
    ...some("policy", policy),
    ...(policyCut === true ? { policyCut } : {}),
  };
}

/** The body, read again: what is only shown need not be in the record of a line that is counted. */
function bodyOf(record: LineRecord): LineRecord {
  const shown = new LineRecord();
  shown.text = record.text;
  shown.at = record.prefixEnd;
  shown.end = record.textEnd;
  readInterfaces(shown.text, shown);
  readBody(shown.text, shown);
  return shown;
}

function dialectOf({ dialect }: LineRecord): { dialect?: "ulogd" | "ebtables" } {
  if (dialect === DIALECT_ULOGD) return { dialect: "ulogd" };
  return dialect === DIALECT_EBTABLES ? { dialect: "ebtables" } : {};
}

/** As the kernel prints it, also where ulogd leaves out the 0x. */
function markOf({ text, markStart, markEnd }: LineRecord): string {
  const mark = textOf(text, markStart, markEnd);
  return mark === "" || mark.startsWith("0x") ? mark : `0x${mark}`;
}

/** The packet that an ICMP error carries: read by the same grammar, kept apart from the outer. */
function innerOf(outer: LineRecord): { inner?: Partial<Packet> } {
  if (outer.innerStart === outer.innerEnd) return {};
  const inner = new LineRecord();
  readInnerPacket(outer, inner);
  return { inner: packetOf(inner) };
}
