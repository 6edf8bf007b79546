import { LineRecord } from "../../parsers/line-record.ts";

type Field = Exclude<keyof LineRecord, "reset" | "resetPacket">;

/** All that a parser found out. The cursor and the start of the next line are its own business. */
const fields = (Object.keys(new LineRecord()) as Field[]).filter(
  (name) => name !== "at" && name !== "next" && name !== "end",
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
    .map((name) => `${name} is ${actual[name]}, expected ${expected[name]}`)
    .join("; ");
}
