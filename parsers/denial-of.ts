import type { Denial, Packet } from "../src/model/denial.ts";
import type { Mutable } from "../src/model/mutable.ts";
import { formatTime } from "../src/model/time-window.ts";
import type { PrefixMeaning } from "../src/model/prefix-meaning.ts";
import { readInnerPacket } from "./inner-packet.ts";
import { ABSENT, DIALECT_EBTABLES, DIALECT_ULOGD, LineRecord } from "./line-record.ts";
import { addLink } from "./link-of.ts";
import { addPacket } from "./packet-of.ts";
import { prefixText } from "./prefix.ts";
import { textOf } from "./shown.ts";

export type Circumstances = {
  /** Microseconds since the epoch. */
  readonly time: number;
  readonly timeInferred: boolean;
  readonly node?: string | undefined;
  /** What the prefix of the line means. */
  readonly meaning: PrefixMeaning;
};

/** The packet that the one of a line carries; never two lines at once. */
const inner = new LineRecord();

/** The text and the values of a line that was read into `record`. Allocates: for showing only. */
export function denialOf(
  record: LineRecord,
  { time, timeInferred, node, meaning }: Circumstances,
): Denial {
  const { text } = record;
  const denial: Mutable<Partial<Denial>> = {};
  denial.time = formatTime(time, timeInferred ? 6 : record.stampDigits);
  if (timeInferred) denial.timeInferred = true;
  const name = node ?? textOf(text, record.nodeStart, record.nodeEnd);
  if (name !== "") denial.node = name;
  denial.prefix = prefixText(record);
  denial.verdict = meaning.verdict;
  addPolicy(meaning, denial);
  if (record.repeated > 1) denial.repeated = record.repeated;
  if (record.uptimeSeconds !== ABSENT) {
    denial.uptime = record.uptimeSeconds + record.uptimeMicros / 1_000_000;
  }
  const caller = textOf(text, record.callerStart, record.callerEnd);
  if (caller !== "") denial.caller = caller;
  addInterfaces(record, denial);
  addLink(record, denial);
  addPacket(record, denial);
  if (record.uid >= 0) denial.uid = record.uid;
  if (record.gid >= 0) denial.gid = record.gid;
  const mark = markOf(record);
  if (mark !== "") denial.mark = mark;
  if (record.innerStart !== record.innerEnd) denial.inner = innerOf(record);
  return denial as Denial;
}

function addPolicy(
  { tier = "", kind = "", policy = "", policyCut }: PrefixMeaning,
  into: Mutable<Partial<Denial>>,
): void {
  if (tier !== "") into.tier = tier;
  if (kind !== "") into.kind = kind;
  if (policy !== "") into.policy = policy;
  if (policyCut === true) into.policyCut = true;
}

function addInterfaces(record: LineRecord, into: Mutable<Partial<Denial>>): void {
  const { text, dialect } = record;
  if (dialect === DIALECT_ULOGD) into.dialect = "ulogd";
  if (dialect === DIALECT_EBTABLES) into.dialect = "ebtables";
  const inInterface = textOf(text, record.inStart, record.inEnd);
  if (inInterface !== "") into.in = inInterface;
  const outInterface = textOf(text, record.outStart, record.outEnd);
  if (outInterface !== "") into.out = outInterface;
}

/** As the kernel prints it, also where ulogd leaves out the 0x. */
export function markOf({ text, markStart, markEnd }: LineRecord): string {
  const mark = textOf(text, markStart, markEnd);
  return mark === "" || mark.startsWith("0x") ? mark : `0x${mark}`;
}

/** The packet that an ICMP error carries: read by the same grammar, kept apart from the outer. */
function innerOf(record: LineRecord): Partial<Packet> {
  readInnerPacket(record, inner);
  const packet: Mutable<Partial<Packet>> = {};
  addPacket(inner, packet);
  return packet;
}
