import { LineRecord } from "../../parsers/line-record.ts";

type Field = Exclude<keyof LineRecord, "reset" | "resetPacket">;

/** A parser's own business: its cursor, its buffers, and what stands where in them. */
const own: readonly string[] = ["at", "next", "end", "text", "scratch", "exported"];

/** What denialOf() reads again, so that a fast path need not. */
const shownOnly: readonly string[] = (
  "precedence dontFragment reservedBit fragmentIdStart fragmentIdEnd flowLabel extensionHeaders " +
  "unknownExtensionHeader spiStart spiEnd tcpSeq tcpAck urgentPointer udpLength icmpPointer " +
  "ipOptionsStart ipOptionsEnd tcpOptionsStart tcpOptionsEnd truncated"
).split(" ");

/** All that a parser found out for others to count. */
const fields = (Object.keys(new LineRecord()) as Field[]).filter(
  (name) => !own.includes(name) && !shownOnly.includes(name),
);

/** What two records differ in, as text; empty when they say the same. */
export function differenceOf(actual: LineRecord, expected: LineRecord): string {
  for (let i = 0; i < fields.length; i++) {
    if (actual[fields[i]!] !== expected[fields[i]!]) return describe(actual, expected);
  }
  return "";
}

function describe(actual: LineRecord, expected: LineRecord): string {
  return fields
    .filter((name) => actual[name] !== expected[name])
    .map((name) => `${name} is ${shown(actual[name])}, expected ${shown(expected[name])}`)
    .join("; ");
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? "undefined";
}
