import { LineRecord } from "../../parsers/line-record.ts";

type Field = Exclude<keyof LineRecord, "reset" | "resetPacket">;

/** A parser's own business: its cursor, its buffers, and what stands where in them. */
const own: readonly string[] = ["at", "next", "end", "text", "scratch", "exported"];

/** All that a parser found out. */
const fields = (Object.keys(new LineRecord()) as Field[]).filter((name) => !own.includes(name));

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
