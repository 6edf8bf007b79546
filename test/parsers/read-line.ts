import { denialOf } from "../../parsers/denial-of.ts";
import { EventClock } from "../../parsers/event-time.ts";
import type { LineResult } from "../../parsers/line-parser.ts";
import { LineRecord } from "../../parsers/line-record.ts";
import { netfilterParser } from "../../parsers/netfilter-parser.ts";
import { prefixText } from "../../parsers/prefix.ts";
import type { Denial } from "../../src/model/denial.ts";
import { prefixJudge } from "../../src/model/prefix-meaning.ts";
import { deniedPrefixDefaults } from "../../src/model/verdict.ts";

const judge = prefixJudge({ deniedPrefixes: deniedPrefixDefaults });

/** Lines without a year were written before this. */
export const notAfter = Date.UTC(2026, 10, 23) * 1000;

export type ReadLine = { readonly result: LineResult; readonly denial?: Denial };

/** What one line is, and what a user sees of it when it is a LOG line. */
export function readLine(line: string | Buffer): ReadLine {
  const bytes = Buffer.from(line);
  const record = new LineRecord();
  const result = netfilterParser.parse(bytes, 0, bytes.length, record);
  if (result !== "log") return { result };
  const clock = new EventClock({ timezone: "UTC", notAfter, live: false });
  const time = clock.timeOf(record);
  const { inferred: timeInferred } = clock;
  const meaning = judge(prefixText(record));
  return { result, denial: denialOf(record, { time, timeInferred, meaning }) };
}

/** Fields expected of a denial; undefined stands for one that is left out. */
export type ExpectedFields = Partial<Record<keyof Denial, unknown>>;

/** The fields of a denial that `expected` names, of the packet within it too. */
export function fieldsLike(line: string | Buffer, expected: ExpectedFields): ExpectedFields {
  const { result, denial } = readLine(line);
  if (denial === undefined) throw new Error(`Not a LOG line but ${result}: ${line.toString()}`);
  return named(denial, expected);
}

function named(value: object, expected: object): object {
  const wanted = Object.entries(value).filter(([name]) => Object.hasOwn(expected, name));
  return Object.fromEntries(
    wanted.map(([name, field]: [string, unknown]) => {
      const like: unknown = expected[name as keyof typeof expected];
      return [name, isFields(field) && isFields(like) ? named(field, like) : field];
    }),
  );
}

function isFields(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
