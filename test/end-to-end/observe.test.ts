import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { RecentEvent, RecentEventsAnswer } from "../../src/query/recent-events.ts";
import { startAgent } from "./agent-run.ts";
import { Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { denyscope, outputOf, type Running, startDenyscope } from "./program.ts";
import { untilRead } from "./queries.ts";

const place = new Place();
const database = place.path("db");
const log = place.path("log");
const lines = denialLines({ lines: 200 });

beforeAll(async () => {
  place.write("log", lines);
  await place.import(log);
  return () => place[Symbol.dispose]();
});

const observe = (...flags: readonly string[]) => outputOf(["observe", "--db", database, ...flags]);
const eventsOf = async (...flags: readonly string[]) =>
  (JSON.parse(await observe("-o", "json", ...flags)) as RecentEventsAnswer).events;

describe("observe", () => {
  test("has what parse has of each line, and the line itself", async () => {
    const events = await eventsOf();
    const parsed = (await outputOf(["parse", log])).trimEnd().split("\n");
    expect(events).toHaveLength(lines.length);
    expect(events.map(({ line }) => line)).toEqual(lines.map((line) => line.slice(0, -1)));
    for (const [index, line] of parsed.entries())
      expect(events[index]).toMatchObject(JSON.parse(line));
  });

  test("shows the same denials in every format", async () => {
    const flags = ["--to-port", "5432", "--last", "7"];
    const events = await eventsOf(...flags);
    expect(events).toHaveLength(7);
    const linesOf = async (format: string) =>
      (await observe("-o", format, ...flags)).trimEnd().split(/\r?\n/);
    expect((await linesOf("jsonl")).map((line) => JSON.parse(line) as object)).toEqual(events);
    expect((await linesOf("raw")).map((line) => line.trimEnd())).toEqual(
      events.map(({ line }) => line.trimEnd()),
    );
    const yaml = parse(await observe("-o", "yaml", ...flags)) as RecentEventsAnswer;
    expect(yaml.events).toEqual(events);
    const sources = events.map(({ src, srcPort }) => `${src}:${srcPort} -> `);
    const compact = await linesOf("compact");
    expect(compact.map((line, index) => line.includes(sources[index]!))).toEqual(
      sources.map(() => true),
    );
    expect((await linesOf("csv")).slice(1).map((line) => line.split(",")[3])).toEqual(
      events.map(({ src }) => src),
    );
    expect((await linesOf("table")).slice(1)).toHaveLength(7);
  });

  test("shows the last 20 to a person, all to a program and of a window", async () => {
    const linesOf = async (...flags: readonly string[]) =>
      (await observe(...flags)).trimEnd().split("\n");
    expect(await linesOf()).toHaveLength(20);
    expect(await linesOf("-o", "jsonl")).toHaveLength(lines.length);
    expect(await linesOf("--last", "0")).toHaveLength(lines.length);
    const window = ["--since", "2026-11-22T12:00:00Z", "--until", "2026-11-22T12:00:59Z"];
    expect(await linesOf(...window)).toHaveLength(lines.length);
  });

  test("answers from logs, too", async () => {
    const flags = ["-o", "jsonl", "--protocol", "udp"];
    expect(await outputOf(["observe", "--log", log, ...flags])).toBe(await observe(...flags));
  });

  test("says how far back lines reach, when that is not all", async () => {
    const answer = await denyscope(["observe", "--db", database, "--last", "1"]);
    expect(answer).toMatchObject({ status: 0, stderr: "" });
    using many = new Place();
    await many.import(many.write("log", denialLines({ lines: 50_100 })));
    const { stderr } = await denyscope(["observe", "--db", many.path("db"), "--last", "1"]);
    expect(stderr).toBe(
      "Lines are kept of the last 50,000 denials, since 2026-11-22 12:00:10 UTC; " +
        "all are counted (denyscope flows)\n",
    );
  });

  test.for<readonly [flags: readonly string[], message: string]>([
    [["-f", "--log", "x"], "Cannot follow --log: expected a database that an agent writes"],
    [
      ["-f", "-o", "table"],
      "Cannot follow with -o table: expected one of compact, jsonl, csv, raw",
    ],
    [["--not"], "Cannot negate nothing: expected a filter after --not"],
  ])("%j is wrong usage", async ([flags, message]) => {
    const { status, stderr } = await denyscope(["observe", "--db", database, ...flags]);
    expect({ status, stderr }).toEqual({ status: 2, stderr: `${message}\n` });
  });
});

/** Waits until it has shown so many lines. */
async function untilShown(shown: () => string, count: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (shown().split("\n").length <= count && Date.now() < deadline) await sleep(20);
}

describe("observe -f", () => {
  const follow = (...flags: readonly string[]): Running =>
    startDenyscope(["observe", "--db", place.path("live"), "-f", "-o", "jsonl", ...flags]);

  test("shows what an agent commits, each once and in order, and ends by SIGINT", async () => {
    const live = place.write("live.log", lines.slice(0, 50));
    await using agent = startAgent({ logs: [live], database: place.path("live") });
    await untilRead(place.path("live"), 50);
    await using follower = follow("--last", "5", "--to-port", "443");
    await untilShown(() => follower.shown, 5);
    for (const at of [50, 100, 150]) {
      appendFileSync(live, lines.slice(at, at + 50).join(""));
      await untilRead(place.path("live"), at + 50);
    }
    const wanted = [
      ...lines.slice(0, 50).filter(isTo443).slice(-5),
      ...lines.slice(50).filter(isTo443),
    ];
    await untilShown(() => follower.shown, wanted.length);
    const { status, stdout, stderr } = await follower.end("SIGINT");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as RecentEvent);
    expect(events.map(({ line }) => `${line}\n`)).toEqual(wanted);
    await agent.end("SIGTERM");
  });
});

function isTo443(line: string): boolean {
  return line.includes("DPT=443 ");
}
