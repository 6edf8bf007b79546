import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Flow } from "../../src/query/flows.ts";
import type { HistogramAnswer } from "../../src/query/histogram.ts";
import type { Status } from "../../src/query/status.ts";
import { type TopAnswer, topDimensions, type TopRow } from "../../src/query/top.ts";
import { Place } from "./import-place.ts";
import {
  type Counted,
  denials,
  directionOf,
  flowKey,
  isIn,
  microsOf,
  sampleLogs,
  sumsBy,
} from "./naive-count.ts";
import { outputOf } from "./program.ts";
import { flowsOf } from "./queries.ts";
import { importSamples } from "./sample-database.ts";

const place = new Place();
const database = place.path("db");

beforeAll(async () => {
  await importSamples(place);
  return () => place[Symbol.dispose]();
});

type Filter = readonly [flags: string, matches: (denial: Counted) => boolean];

const minute = (time: string) => microsOf(`2026-11-22T${time}:00Z`);

const filters: readonly Filter[] = [
  ["", () => true],
  ["--from-ip 10.244.17.12", ({ src }) => src === "10.244.17.12"],
  ["--from-ip 10.244.17.0/24", ({ src }) => isIn("10.244.17.0/24")(src)],
  ["--from-ip 10.244.17.12/30", ({ src }) => isIn("10.244.17.12/30")(src)],
  ["--from-ip 0.0.0.0/0", ({ src }) => !src.includes(":")],
  ["--from-ip ::/0", ({ src }) => src.includes(":")],
  ["--from-ip fd00:10:244:11::/64", ({ src }) => isIn("fd00:10:244:11::/64")(src)],
  ["--from-ip fd00:10:244:11::e/127", ({ src }) => isIn("fd00:10:244:11::e/127")(src)],
  ["--to-ip 2001:DB8::/32", ({ dst }) => isIn("2001:db8::/32")(dst)],
  ["--to-ip 198.51.100.0/25", ({ dst }) => isIn("198.51.100.0/25")(dst)],
  ["--to-ip 192.0.2.0/24 --to-ip fd00::/8", ({ dst }) => isIn("192.0.2.0/24", "fd00::/8")(dst)],
  ["--to-port 5432", ({ dstPort }) => dstPort === 5432],
  ["--to-port 443 --to-port 53", ({ dstPort }) => dstPort === 443 || dstPort === 53],
  ["--protocol udp", ({ protocol }) => protocol === "udp"],
  ["--protocol 47", ({ protocol }) => protocol === "gre"],
  ["--protocol 253", ({ protocol }) => protocol === "253"],
  ["--protocol ICMPv6", ({ protocol }) => protocol === "icmpv6"],
  ["--direction ingress", (denial) => directionOf(denial) === "ingress"],
  ["--direction egress", (denial) => directionOf(denial) === "egress"],
  ["--direction local", (denial) => directionOf(denial) === "local"],
  ["--direction host-ingress", (denial) => directionOf(denial) === "host-ingress"],
  ["--direction host-egress", (denial) => directionOf(denial) === "host-egress"],
  ["--direction forward", (denial) => directionOf(denial) === "forward"],
  ["--prefix calico-drop", ({ prefix }) => prefix === "calico-drop: "],
  ["--node worker-2", ({ node }) => node === "worker-2"],
  ["--not --node worker-2", ({ node }) => node !== "worker-2"],
  ["--not --protocol tcp --not --protocol udp", (denial) => !isTcpOrUdp(denial)],
  ["--not --from-ip 10.0.0.0/8", ({ src }) => !isIn("10.0.0.0/8")(src)],
  ["--not --to-port 443", ({ dstPort }) => dstPort !== 443],
  [
    "--protocol tcp --not --to-port 5432 --from-ip 10.244.0.0/16",
    ({ protocol, dstPort, src }) =>
      protocol === "tcp" && dstPort !== 5432 && isIn("10.244.0.0/16")(src),
  ],
  [
    "--since 2026-11-22T14:35:00Z --until 2026-11-22T14:40:00Z",
    ({ micros }) => micros >= minute("14:35") && micros < minute("14:40"),
  ],
  [
    "--since 2026-11-22T14:35:30Z --until 2026-11-22T14:39:10Z",
    ({ micros }) => micros >= minute("14:35") && micros < minute("14:40"),
  ],
  ["--until 2026-11-22T15:35:00+01:00", ({ micros }) => micros < minute("14:35")],
  ["--since 2026-11-22T14:35:00Z", ({ micros }) => micros >= minute("14:35")],
  [
    "--since 2026-11-22T13:00:00Z --until 2026-11-22T14:00:00Z",
    ({ micros }) => micros < minute("14:00"),
  ],
  [
    "--since 2026-11-22T13:27:00Z --until 2026-11-22T14:30:00Z",
    ({ micros }) => micros >= minute("13:27") && micros < minute("14:30"),
  ],
  ["--since 2026-11-21 --until 2026-11-24", () => true],
  ["--since 2026-11-23 --until 2026-11-24", () => false],
  [
    "--since 2026-11-22T14:31:00Z --protocol tcp --direction local",
    (denial) =>
      denial.micros >= minute("14:31") &&
      denial.protocol === "tcp" &&
      directionOf(denial) === "local",
  ],
];

function isTcpOrUdp({ protocol }: Counted): boolean {
  return protocol === "tcp" || protocol === "udp";
}

describe("answers are those of a naive count", () => {
  test.for(filters)("flows %s", async ([words, matches]) => {
    const flags = words.split(" ").filter((word) => word !== "");
    const expected = denials.filter(matches);
    const { flows, totals } = await flowsOf(database, ...flags);

    const sums = [...sumsBy(expected, () => "all").values()][0];
    const { packets = 0, attempts = 0, flows: count = 0 } = sums ?? {};
    expect(totals).toMatchObject({ packets, attempts, flows: count });
    expect(new Map(flows.map((flow) => [flowKey(flow), { ...sumsOf(flow), flows: 1 }]))).toEqual(
      sumsBy(expected, flowKey),
    );
    for (const flow of flows) {
      const own = expected.filter((denial) => flowKey(denial) === flowKey(flow));
      expect(flow.direction).toBe(directionOf(own[0]!));
      const flags = new Set(own.flatMap(({ tcpFlags = [] }) => tcpFlags));
      expect(new Set(flow.tcpFlags ?? [])).toEqual(flags);
    }
  });

  test.for<[dimension: string, keyOf: (denial: Counted) => string]>([
    ["src", ({ src }) => src],
    ["dst", ({ dst }) => dst],
    ["port", ({ dstPort }) => String(dstPort ?? "-")],
    ["protocol", ({ protocol }) => protocol ?? "-"],
    ["direction", directionOf],
    ["prefix", ({ prefix }) => prefix],
    ["node", ({ node }) => node ?? "-"],
  ])("top %s, in every format", async ([dimension, keyOf]) => {
    const expected = [...sumsBy(denials, keyOf)]
      .map(([key, { first, last, ...sums }]) => ({ key, ...sums, first, last }))
      .toSorted((a, b) => b.packets - a.packets || (a.key < b.key ? -1 : 1));
    const { top, by } = await topOf(dimension);

    expect(by).toBe(dimension);
    expect(
      top.map(({ firstSeen, lastSeen, ...row }) => ({
        ...row,
        first: microsOf(firstSeen),
        last: microsOf(lastSeen),
      })),
    ).toEqual(expected);
    await expectFormats(["top", dimension], top, ["key", "packets", "attempts", "bytes", "flows"]);
  });

  // A window without an end would end a minute later when that is over.
  const udp = "--since 2026-11-22T14:30:00Z --until 2026-11-23T00:00:00Z --not --protocol udp";

  test.for([udp, "--direction local"])("top %s has the totals of flows", async (words) => {
    const { totals, window } = await flowsOf(database, ...words.split(" "));
    for (const dimension of topDimensions) {
      const top = await topOf(dimension, ...words.split(" "));
      expect({ totals: top.totals, window: top.window }).toEqual({ totals, window });
    }
  });

  test.for<[interval: string, minutes: number]>([
    ["1m", 1],
    ["5m", 5],
    ["1h", 60],
    ["1d", 1440],
  ])("timeline --interval %s, in every format", async ([interval, minutes]) => {
    const micros = minutes * 60_000_000;
    const startOf = (time: number) => String(Math.floor(time / micros) * micros);
    const expected = sumsBy(denials, (denial) => startOf(denial.micros));
    const command = ["timeline", "--interval", interval];
    const answer = JSON.parse(await output(...command, "-o", "json")) as HistogramAnswer;
    const { totals } = await flowsOf(database);

    expect(answer).toMatchObject({ totals, interval });
    const gaps = answer.buckets.slice(1).map(({ time }, index) => {
      return microsOf(time) - microsOf(answer.buckets[index]!.time);
    });
    expect(gaps.filter((gap) => gap !== micros)).toEqual([]);
    const counted = answer.buckets.filter(({ packets }) => packets > 0);
    expect(counted.map(({ time, packets, attempts }) => [time, packets, attempts])).toEqual(
      [...expected]
        .toSorted(([a], [b]) => Number(a) - Number(b))
        .map(([start, { packets, attempts }]) => [
          new Date(Number(start) / 1000).toISOString().replace(".000", ""),
          packets,
          attempts,
        ]),
    );
    const lines = (await output(...command, "-o", "jsonl")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual(answer.buckets);
    expect(parse(await output(...command, "-o", "yaml"))).toEqual(answer);
    const [, ...texts] = csvOf(await output(...command, "-o", "csv"));
    expect(texts.map(([time, packets]) => ({ time, packets: Number(packets) }))).toEqual(
      answer.buckets.map(({ time, packets }) => ({ time, packets })),
    );
  });

  test("flows --group-by has the rows of top, in every format", async () => {
    const grouped = ["flows", "--group-by", "protocol,direction"];
    const answer = JSON.parse(await output(...grouped, "-o", "json")) as TopAnswer;
    const ranked = ["top", "protocol", "--group-by", "direction", "-o", "json"];
    expect(answer).toEqual(JSON.parse(await output(...ranked)));
    const expected = sumsBy(
      denials,
      (denial) => `${denial.protocol ?? "-"},${directionOf(denial)}`,
    );
    expect(new Map(answer.top.map(({ key, packets }) => [key, packets]))).toEqual(
      new Map([...expected].map(([key, { packets }]) => [key, packets])),
    );
    const [titles, ...rows] = csvOf(await output(...grouped, "-o", "csv"));
    expect(titles!.slice(0, 3)).toEqual(["protocol", "direction", "packets"]);
    expect(rows.map((row) => row.slice(0, 2).join(","))).toEqual(answer.top.map(({ key }) => key));
    expect(await output(...grouped)).toMatch(/^PROTOCOL {2}DIRECTION/m);
  });

  test("flows, in every format", async () => {
    const { flows } = await flowsOf(database);
    await expectFormats(["flows"], flows, ["src", "dst", "packets", "attempts", "bytes"]);
  });

  test("status accounts for every line and packet, in every format", async () => {
    const lines = sampleLogs.flatMap(({ text }) => text.trimEnd().split("\n")).length;
    const status = JSON.parse(await output("status", "-o", "json")) as Status;
    const table = await output("status");

    expect(status.conservation).toMatchObject({
      lines: { read: lines, denials: denials.length, accounted: lines, holds: true },
      packets: { logged: denials.length, kept: denials.length, expired: 0, holds: true },
    });
    expect(status.sources).toHaveLength(sampleLogs.length);
    expect(microsOf(status.firstSeen!)).toBe(Math.min(...denials.map(({ micros }) => micros)));
    expect(microsOf(status.lastSeen!)).toBe(Math.max(...denials.map(({ micros }) => micros)));
    const other = lines - denials.length;
    expect(table).toContain(`${lines} read = ${denials.length} denials + ${other} other`);
    expect(await output("status", "-o", "wide")).toContain(table.trimEnd());
  });
});

describe("how many rows, and in which order", () => {
  test("a table has 20 rows and says how many more there are, JSON has all", async () => {
    const { flows, totals } = await flowsOf(database);
    const table = await output("flows");
    const few = await output("flows", "--limit", "3");
    const some = await flowsOf(database, "--limit", "3");

    expect(flows).toHaveLength(totals.flows);
    expect(rowsOf(table)).toHaveLength(20);
    expect(table).toContain(`\n${totals.flows - 20} more; --limit 0 shows all\n`);
    expect(rowsOf(few)).toHaveLength(3);
    expect(some.flows).toEqual(flows.slice(0, 3));
    expect(some.totals).toEqual(totals);
  });

  test.for<[sort: string, isOrdered: (a: Flow, b: Flow) => boolean]>([
    ["packets", (a, b) => a.packets >= b.packets],
    ["attempts", (a, b) => a.attempts >= b.attempts],
    ["bytes", (a, b) => a.bytes >= b.bytes],
    ["firstSeen", (a, b) => microsOf(a.firstSeen) <= microsOf(b.firstSeen)],
    ["lastSeen", (a, b) => microsOf(a.lastSeen) >= microsOf(b.lastSeen)],
  ])("flows --sort %s", async ([sort, isOrdered]) => {
    const { flows } = await flowsOf(database, "--sort", sort);
    const pairs = flows.slice(1).map((flow, index) => [flows[index]!, flow] as const);
    expect(pairs.filter(([a, b]) => !isOrdered(a, b))).toEqual([]);
  });
});

describe("relative times", () => {
  const newest = Math.max(...denials.map(({ micros }) => micros));

  test("count from the newest row of an old database, and say so", async () => {
    const { window, totals } = await flowsOf(database, "--since", "10m");
    const table = await output("flows", "--since", "10m");
    const from = Math.floor((newest - 600_000_000) / 60_000_000) * 60_000_000;
    const expected = denials.filter(({ micros }) => micros >= from);

    expect(totals.packets).toBe(expected.length);
    expect(microsOf(window.relativeTo!)).toBe(Math.floor(newest / 1_000_000) * 1_000_000);
    expect(table).toMatch(/Nothing newer than 2026-11-22 14:46:\d\d UTC: relative times count/);
  });

  test("--until counts from there, too", async () => {
    const { totals } = await flowsOf(database, "--since", "1h", "--until", "10m");
    const until = Math.ceil((newest - 600_000_000) / 60_000_000) * 60_000_000;
    const since = Math.floor((newest - 3_600_000_000) / 60_000_000) * 60_000_000;
    const expected = denials.filter(({ micros }) => micros >= since && micros < until);
    expect(totals.packets).toBe(expected.length);
  });

  test("count from now when the newest row is fresh", async () => {
    using fresh = new Place();
    const now = Date.now();
    const lines = [25, 15, 5].map((minutes, index) =>
      sampleLogs
        .find(({ name }) => name.startsWith("public"))!
        .text.split("\n")
        .filter((line) => line.includes(" IN="))
        [index]!.replace(/^\S+/, new Date(now - minutes * 60_000).toISOString()),
    );
    await fresh.import(fresh.write("syslog", [`${lines.join("\n")}\n`]));
    const answer = await flowsOf(fresh.path("db"), "--since", "20m");

    expect(answer.totals.packets).toBe(2);
    expect(answer.window).not.toHaveProperty("relativeTo");
  });

  test("a window that ends before it begins is wrong usage", async () => {
    const flags = ["--since", "1h", "--until", "2h"];
    await expect(output("flows", ...flags)).rejects.toThrow(/--since is after --until/);
  });
});

async function output(...args: readonly string[]): Promise<string> {
  return outputOf([...args, "--db", database]);
}

async function topOf(dimension: string, ...flags: readonly string[]): Promise<TopAnswer> {
  return JSON.parse(await output("top", dimension, "-o", "json", ...flags)) as TopAnswer;
}

function sumsOf({ packets, attempts, bytes, firstSeen, lastSeen }: Flow | TopRow): object {
  return { packets, attempts, bytes, first: microsOf(firstSeen), last: microsOf(lastSeen) };
}

/** The rows of a table, below its titles and above what follows it. */
function rowsOf(table: string): string[] {
  const lines = table.split("\n");
  const titles = lines.findIndex((line) => line.includes("PACKETS"));
  const end = lines.findIndex((line, index) => index > titles && /^$|--limit 0/.test(line));
  return lines.slice(titles + 1, end);
}

/** RFC 4180, without the `'` that keeps a spreadsheet from running a text. */
function csvOf(text: string): string[][] {
  const lines = text.trimEnd().split("\r\n");
  return lines.map((line) =>
    [...line.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g)].map(([, quoted, plain]) =>
      (quoted?.replaceAll('""', '"') ?? plain ?? "").replace(/^'/, ""),
    ),
  );
}

/** All formats must show the rows that JSON has. */
async function expectFormats(
  command: readonly string[],
  rows: readonly (Flow | TopRow)[],
  fields: readonly string[],
): Promise<void> {
  const jsonLines = (await output(...command, "-o", "jsonl")).trimEnd().split("\n");
  expect(jsonLines.map((line) => JSON.parse(line) as object)).toEqual(rows);

  const whole = JSON.parse(await output(...command, "-o", "json")) as object;
  expect(parse(await output(...command, "-o", "yaml"))).toEqual(whole);

  const [columns = [], ...texts] = csvOf(await output(...command, "-o", "csv"));
  const wanted = rows.map((row) =>
    fields.map((field) => String((row as Record<string, unknown>)[field])),
  );
  expect(texts.map((line) => fields.map((field) => line[columns.indexOf(field)]))).toEqual(wanted);

  for (const format of ["table", "wide"]) {
    const table = rowsOf(await output(...command, "-o", format, "--limit", "0"));
    const numbers = table.map((line) => line.replaceAll(/(?<=\d),(?=\d{3})/g, "").split(/\s+/));
    expect(numbers.map((line) => line[0])).toEqual(wanted.map(([first = ""]) => first.trimEnd()));
    for (const [index, { packets, attempts }] of rows.entries()) {
      expect(numbers[index]).toEqual(expect.arrayContaining([String(packets), String(attempts)]));
    }
  }
}
