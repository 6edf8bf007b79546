import type Database from "better-sqlite3";
import { parseFilter } from "../src/model/filter-words.ts";
import { queryFlows } from "../src/query/flows.ts";
import { queryHistogram } from "../src/query/histogram.ts";
import type { Question } from "../src/query/question.ts";
import { queryTop, topDimensions } from "../src/query/top.ts";
import { parseMoment } from "../src/query/window.ts";
import { openForReading } from "../src/store/open.ts";
import { medianOf } from "./measure.ts";
import { FIRST_MINUTE, MINUTES, queriedDatabase } from "./queried-database.ts";
import { filters, naming } from "./queried-filters.ts";

/** Within which each query is to answer, at the median. */
const MS_MAX = 150;
const RUNS = 5;
const LIMIT = 40;

/** Questions that are asked with every filter, and filters that every question is asked with. */
const askedAll: readonly string[] = ["flows", "timeline", "top src", "top pod"];
const askedOfAll: readonly string[] = ["--to-port", "--pod"];

/** Of all that is kept, of the last hours and of a part of an hour. */
const windows: Readonly<Record<string, string | undefined>> = {
  all: undefined,
  "6h": "6h",
  "1h": "1h",
  "10m": "10m",
};

type Ask = (database: Database.Database, question: Question) => unknown;

const questions: Readonly<Record<string, Ask>> = {
  flows: (database, question) => queryFlows(database, question, "packets"),
  timeline: (database, question) => queryHistogram(database, question, { bucketsMax: 60 }),
  ...Object.fromEntries(
    topDimensions.map((by): [string, Ask] => [
      `top ${by}`,
      (database, question) => queryTop(database, question, by),
    ]),
  ),
};

/** Whether each question to 5,000,000 flow-minutes is answered in time. */
export function queries(): boolean {
  const database = openForReading(queriedDatabase());
  console.log(`| query | filter | ${Object.keys(windows).join(" | ")} |`);
  console.log(
    `| --- | --- | ${Object.keys(windows)
      .map(() => "---:")
      .join(" | ")} |`,
  );
  const times: number[] = [];
  for (const [name, ask] of Object.entries(questions)) {
    for (const [filter, textOf] of Object.entries(filters)) {
      if (!askedOfAll.includes(filter) && !askedAll.includes(name)) continue;
      const row = Object.values(windows).map((since) => medianMs(database, ask, since, textOf));
      console.log(`| ${name} | ${filter} | ${row.map(msText).join(" | ")} |`);
      times.push(...row);
    }
  }
  database.close();
  const inTime = times.filter((ms) => ms <= MS_MAX).length;
  console.log(`\n${inTime} of ${times.length} within ${MS_MAX} ms (median of ${RUNS})`);
  return inTime === times.length;
}

function msText(ms: number): string {
  return ms > MS_MAX ? `**${ms.toFixed(0)}**` : ms.toFixed(0);
}

function medianMs(
  database: Database.Database,
  ask: Ask,
  since: string | undefined,
  textOf: (n: number) => string,
): number {
  const times = Array.from({ length: RUNS }, (_, n) => {
    const question: Question = {
      since: since === undefined ? undefined : parseMoment("--since", since),
      until: undefined,
      terms: parseFilter(textOf(n)),
      limit: LIMIT,
      now: (FIRST_MINUTE + MINUTES) * 60_000_000,
      naming,
    };
    const startedAt = performance.now();
    ask(database, question);
    return performance.now() - startedAt;
  });
  return medianOf(times);
}
