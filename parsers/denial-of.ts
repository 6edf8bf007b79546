import type { Denial, Packet } from "../src/model/denial.ts";
import { formatTime } from "../src/model/time-window.ts";
import type { PrefixMeaning } from "../src/model/prefix-meaning.ts";
import { readInnerPacket } from "./inner-packet.ts";
import { readBody } from "./log-line.ts";
import { ABSENT, DIALECT_EBTABLES, DIALECT_ULOGD, LineRecord } from "./line-record.ts";
import { addLink } from "./link-of.ts";
import { addPacket } from "./packet-of.ts";
import { prefixText } from "./prefix.ts";
import { readInterfaces } from "./interfaces.ts";
import { type Mutable, textOf } from "./shown.ts";

export type Circumstances = {
  /** Microseconds since the epoch. */
  readonly time: number;
  readonly timeInferred: boolean;
  readonly node?: string | undefined;
  /** What the prefix of the line means. */
  readonly meaning: PrefixMeaning;
};

/** The body of a line and the packet in it, read again; never two lines at once. */
const shown = new LineRecord();
const inner = new LineRecord();

/** The text and the values of a line that was read into `record`. Allocates: for showing only. */
export function denialOf(
  record: LineRecord,
  { time, timeInferred, node, meaning }: Circumstances,
): Denial {
  const { text } = record;
  readShown(record);
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
  addInterfaces(denial);
  addLink(shown, denial);
  addPacket(shown, denial);
  if (shown.uid >= 0) denial.uid = shown.uid;
  if (shown.gid >= 0) denial.gid = shown.gid;
  const mark = markOf(shown);
  if (mark !== "") denial.mark = mark;
  if (shown.innerStart !== shown.innerEnd) denial.inner = innerOf();
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

/** The body, read again: what is only shown need not be in the record of a line that is counted. */
function readShown(record: LineRecord): void {
  shown.reset();
  shown.text = record.text;
  shown.at = record.prefixEnd;
  shown.end = record.textEnd;
  readInterfaces(shown.text, shown);
  readBody(shown.text, shown);
}

function addInterfaces(into: Mutable<Partial<Denial>>): void {
  const { text, dialect } = shown;
  if (dialect === DIALECT_ULOGD) into.dialect = "ulogd";
  if (dialect === DIALECT_EBTABLES) into.dialect = "ebtables";
  const inInterface = textOf(text, shown.inStart, shown.inEnd);
  if (inInterface !== "") into.in = inInterface;
  const outInterface = textOf(text, shown.outStart, shown.outEnd);
  if (outInterface !== "") into.out = outInterface;
}

/** As the kernel prints it, also where ulogd leaves out the 0x. */
function markOf({ text, markStart, markEnd }: LineRecord): string {
  const mark = textOf(text, markStart, markEnd);
  return mark === "" || mark.startsWith("0x") ? mark : `0x${mark}`;
}

/** The packet that an ICMP error carries: read by the same grammar, kept apart from the outer. */
function innerOf(): Partial<Packet> {
  readInnerPacket(shown, inner);
  const packet: Mutable<Partial<Packet>> = {};
  addPacket(inner, packet);
  return packet;
}
