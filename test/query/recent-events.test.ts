import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPodDirectory } from "../../src/identify/pod-directory.ts";
import { parseFilter } from "../../src/model/filter-words.ts";
import { flowMatch } from "../../src/model/flow-match.ts";
import { readDenial } from "../../src/pipeline/read-denial.ts";
import {
  queryEventsAfter,
  queryRecentEvents,
  type RecentEvent,
} from "../../src/query/recent-events.ts";
import { questionOf } from "./question-of.ts";
import { SeededDatabase } from "./seeded-database.ts";

const interfaceOf = (namespace: string, pod: string) =>
  `cali${readPodDirectory(`${namespace}_${pod}_1`)!.hash}`;
const web = interfaceOf("shop", "web-0");

const minutesOf = (events: readonly RecentEvent[]) => events.map(({ time }) => time.slice(11, 16));
const ask = (seeded: SeededDatabase, asked = {}) =>
  queryRecentEvents(seeded.database, questionOf(asked), readDenial);

describe("queryRecentEvents()", () => {
  test("tells all that the line says, who was who then, and the line", () => {
    using seeded = new SeededDatabase();
    seeded.addPod("shop", "web-0", "u1", 0);
    seeded.addPod("shop", "database-0", "u2", 0);
    const pods = { in: web, out: interfaceOf("shop", "database-0") };
    const line = seeded.addLine({ ...pods, minute: 600 });
    const { events, window } = ask(seeded);
    expect(window).toEqual({});
    expect(events).toEqual([
      {
        event: 1,
        time: "2026-11-22T10:00:00.000Z",
        node: "worker-1",
        prefix: "calico-packet: ",
        verdict: "denied",
        uptime: 100.000001,
        ...pods,
        src: "10.244.17.12",
        dst: "10.244.17.13",
        length: 60,
        tos: 0,
        ttl: 63,
        id: 1,
        dontFragment: true,
        protocol: "tcp",
        srcPort: 40_000,
        dstPort: 5432,
        window: 64_240,
        tcpFlags: ["SYN"],
        direction: "local",
        portName: "postgresql",
        source: expect.objectContaining({ namespace: "shop", pod: "web-0" }) as unknown,
        destination: expect.objectContaining({ namespace: "shop", pod: "database-0" }) as unknown,
        line,
      },
    ]);
  });

  test.for<readonly [what: string, asked: object, expected: readonly string[]]>([
    ["all of them", {}, ["10:00", "10:01", "10:02", "10:03"]],
    ["the last", { limit: 2 }, ["10:02", "10:03"]],
    [
      "those of a window",
      { since: "2026-11-22T10:01:00Z", until: "2026-11-22T10:03:00Z" },
      ["10:01", "10:02"],
    ],
    ["those of a port", { terms: parseFilter("--to-port 53") }, ["10:01", "10:03"]],
    ["the last of a port", { terms: parseFilter("--to-port 53"), limit: 1 }, ["10:03"]],
    [
      "of a prefix that is none of denials",
      { terms: parseFilter('--prefix "[UFW ALLOW]"') },
      ["10:04"],
    ],
  ])("gives %s", ([, asked, expected]) => {
    using seeded = new SeededDatabase();
    for (const [index, dstPort] of [443, 53, 443, 53].entries()) {
      seeded.addLine({ dstPort, minute: 600 + index });
    }
    seeded.addLine({ prefix: "[UFW ALLOW] ", minute: 604 });
    expect(minutesOf(ask(seeded, asked).events)).toEqual(expected);
  });

  test("asks the line of a folded flow, which says more than its flow", () => {
    using seeded = new SeededDatabase();
    seeded.addLine({ src: "192.0.2.7", minute: 600 }, { kind: 1 });
    seeded.addLine({ src: "192.0.2.8", dst: "10.0.0.1", minute: 601 }, { kind: 1 });
    const { events } = ask(seeded, { terms: parseFilter("--from-ip 192.0.2.8") });
    expect(events).toMatchObject([{ src: "192.0.2.8", direction: "local", dstPort: 5432 }]);
    expect(events[0]).not.toHaveProperty("other");
  });

  test("shows what the flow says where a line cannot be read by itself", () => {
    using seeded = new SeededDatabase();
    seeded.addLine({ minute: 600 }, { line: "last message repeated 2 times" });
    expect(ask(seeded).events).toMatchObject([
      { time: "2026-11-22T10:00:00Z", src: "10.244.17.12", dstPort: 5432, node: "worker-1" },
    ]);
  });

  test("says how far back lines reach, and whether that is all", () => {
    using seeded = new SeededDatabase();
    expect(ask(seeded).kept).toEqual({ denials: 0, isAll: true });
    seeded.addLine({ minute: 601 });
    seeded.addLine({ minute: 600 });
    seeded.database.exec(`
      INSERT INTO sources VALUES (1, 'file', 'log', 1, 1, 0, '', 0, '', 0, '', '', 0, 2, 0, 0, 1);
      INSERT INTO source_prefixes VALUES (1, 1, 2, 2)`);
    const kept = { denials: 2, since: "2026-11-22T10:00:00Z", isAll: true };
    expect(ask(seeded, { limit: 1 }).kept).toEqual(kept);
    seeded.database.exec("UPDATE source_prefixes SET lines = 3");
    expect(ask(seeded).kept).toEqual({ ...kept, isAll: false });
  });

  test("leaves out what a filter of messages leaves out, and nothing else", () => {
    using seeded = new SeededDatabase();
    seeded.addPod("shop", "web-0", "u1", 0);
    for (let index = 0; index < 60; index++) {
      seeded.addLine({
        src: `10.0.${index % 3}.${index}`,
        in: [web, "eth0", ""][index % 3]!,
        dstPort: 50 + (index % 4),
        protocol: index % 5 === 0 ? 17 : 6,
        minute: 600 + index,
      });
    }
    const { events: all } = ask(seeded);
    expect(all).toHaveLength(60);
    const words = fc.constantFrom(
      "--to-port 51",
      "--protocol udp",
      "--from-ip 10.0.1.0/24",
      "--from-pod web-0",
      "--direction ingress",
      "--from-namespace shop",
      "--node worker-1",
      "--policy none",
    );
    const filter = fc
      .array(fc.tuple(fc.boolean(), words), { maxLength: 3 })
      .map((terms) => terms.map(([not, word]) => (not ? `--not ${word}` : word)).join(" "));
    fc.assert(
      fc.property(filter, (text) => {
        const terms = parseFilter(text);
        const { events } = ask(seeded, { terms });
        expect(events).toEqual(all.filter(flowMatch(terms)));
      }),
      { numRuns: 50 },
    );
  });
});

describe("queryEventsAfter()", () => {
  const after = (seeded: SeededDatabase, id: number, asked = {}) =>
    queryEventsAfter(seeded.database, questionOf(asked), readDenial, id);

  test("gives what came since, and how far that is", () => {
    using seeded = new SeededDatabase();
    expect(after(seeded, 0)).toEqual({ events: [], lastEvent: 0, missed: 0 });
    for (const minute of [600, 601, 602]) seeded.addLine({ minute });
    const { events, ...rest } = after(seeded, 1);
    expect(minutesOf(events)).toEqual(["10:01", "10:02"]);
    expect(rest).toEqual({ lastEvent: 3, missed: 0 });
    expect(after(seeded, 3)).toEqual({ events: [], lastEvent: 3, missed: 0 });
  });

  test("goes on behind what does not match", () => {
    using seeded = new SeededDatabase();
    seeded.addLine({});
    expect(after(seeded, 0, { terms: parseFilter("--to-port 1") })).toEqual({
      events: [],
      lastEvent: 1,
      missed: 0,
    });
  });

  test("says how many are not kept any more", () => {
    using seeded = new SeededDatabase();
    for (const minute of [600, 601, 602, 603]) seeded.addLine({ minute });
    seeded.database.exec("DELETE FROM recent_denials WHERE id < 4");
    const { events, ...rest } = after(seeded, 1);
    expect(minutesOf(events)).toEqual(["10:03"]);
    expect(rest).toEqual({ lastEvent: 4, missed: 2 });
  });
});
