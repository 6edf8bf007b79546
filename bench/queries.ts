import type Database from "better-sqlite3";
import { parseFilter } from "../src/model/filter-words.ts";
import { parseNetworks } from "../src/model/network.ts";
import { podInterfaceDefaults } from "../src/model/pod-interface.ts";
import { queryFlows } from "../src/query/flows.ts";
import { queryHistogram } from "../src/query/histogram.ts";
import type { Question } from "../src/query/question.ts";
import { queryTop, topDimensions } from "../src/query/top.ts";
import { parseMoment } from "../src/query/window.ts";
import { openForReading } from "../src/store/open.ts";
import {
  FIRST_MINUTE,
  MINUTES,
  outsideAddress,
  podOf,
  ports,
  queriedDatabase,
} from "./queried-database.ts";

/** Within which each query is to answer, at the median. */
const MS_MAX = 150;
const RUNS = 5;
const LIMIT = 40;

/** A filter that was not asked before, for the `n`th time that it is asked. */
const filters: Readonly<Record<string, (n: number) => string>> = {
  "": () => "",
  "--to-port": (n) => `--to-port ${ports[n % ports.length]! + (n >= ports.length ? n : 0)}`,
  "--protocol --not --to-port": (n) => `--protocol tcp --not --to-port ${ports[n % ports.length]}`,
  "--from-ip": (n) => `--from-ip ${outsideAddress(n * 37)}/16`,
  "--direction": (n) => `--direction ${["ingress", "egress", "local", "host-ingress"][n % 4]}`,
  "--policy": (n) => `--policy deny-${1 + (n % 20)}`,
  "--pod": (n) => `--pod ${podOf(n).name}`,
  "--from-pod": (n) => `--from-pod ${podOf(n + 50).name}`,
  "--not --pod": (n) => `--not --pod ${podOf(n + 100).name}`,
  "--namespace": (n) => `--namespace team-${n % 20}`,
  "--to-workload": (n) => `--to-workload service-${n}`,
  "--network": (n) => `--network ${["public", "private", "office", "vpc"][n % 4]}`,
  "--not --to-network": (n) => `--not --to-network ${["office", "vpc", "private"][n % 3]}`,
};

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

const naming = {
  podInterfaces: podInterfaceDefaults,
  networks: parseNetworks({ office: ["192.0.0.0/12", "203.0.113.0/24"], vpc: "10.0.0.0/8" }),
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
      const row = Object.values(windows).map((since) => medianOf(database, ask, since, textOf));
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

function medianOf(
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
  return times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)]!;
}
