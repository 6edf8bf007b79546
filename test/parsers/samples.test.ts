import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { denialOf } from "../../parsers/denial-of.ts";
import { EventClock } from "../../parsers/event-time.ts";
import { LineRecord } from "../../parsers/line-record.ts";
import { netfilterParser } from "../../parsers/netfilter-parser.ts";
import { prefixText } from "../../parsers/prefix.ts";
import { prefixJudge } from "../../src/model/prefix-meaning.ts";
import { deniedPrefixDefaults } from "../../src/model/verdict.ts";

const folder = new URL("../../samples/", import.meta.url);
const logs = readdirSync(folder).filter((name) => name.endsWith(".log"));
/** The samples were written on 22 November 2026. */
const notAfter = Date.UTC(2026, 10, 23) * 1000;

test.each(logs)("every denial of samples/%s has the record expected of it", (name) => {
  const records = readFileSync(new URL(name.replace(".log", ".jsonl"), folder), "utf8");
  const expected = records
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  expect(denialsOf(readFileSync(new URL(name, folder)))).toEqual(expected);
});

const judge = prefixJudge({ deniedPrefixes: deniedPrefixDefaults });

function denialsOf(bytes: Buffer): unknown[] {
  const record = new LineRecord();
  const clock = new EventClock({ timezone: "UTC", notAfter, live: false });
  const denials: unknown[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start);
    if (netfilterParser.parse(bytes, start, end, record) === "log") {
      const time = clock.timeOf(record);
      const timeInferred = clock.inferred;
      const meaning = judge(prefixText(record));
      denials.push(denialOf(record, { time, timeInferred, meaning }));
    }
    start = end + 1;
  }
  return denials;
}
