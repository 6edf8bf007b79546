import fc from "fast-check";
import { expect, test } from "vitest";
import { readPodDirectory } from "../../src/identify/pod-directory.ts";
import { parseFilter } from "../../src/model/filter-words.ts";
import { countedHistogram } from "../../src/query/counted-histogram.ts";
import { fewOthers } from "../../src/query/few-others.ts";
import { queryHistogram } from "../../src/query/histogram.ts";
import type { Question } from "../../src/query/question.ts";
import { queryRankings } from "../../src/query/rankings.ts";
import { queryTop } from "../../src/query/top.ts";
import { parseMoment } from "../../src/query/window.ts";
import { DAY_START, SeededDatabase } from "./seeded-database.ts";

const NOW = DAY_START + 86_400_000_000;
const question = (filter: string, since?: string): Question => ({
  since: since === undefined ? undefined : parseMoment("--since", since),
  until: undefined,
  terms: parseFilter(filter),
  limit: undefined,
  now: NOW,
});

const count = fc.record({
  src: fc.integer({ min: 1, max: 5 }).map((each) => `10.0.0.${each}`),
  dst: fc.integer({ min: 1, max: 3 }).map((each) => `10.0.1.${each}`),
  dstPort: fc.constantFrom(53, 443, 5432),
  protocol: fc.constantFrom(6, 17),
  in: fc.constantFrom("eth0", "cali7240507a6be"),
  prefix: fc.constantFrom("calico-packet: ", "[UFW ALLOW] "),
  minute: fc.integer({ min: 0, max: 1439 }),
  packets: fc.integer({ min: 1, max: 9 }),
});

const filters = [
  "",
  "--from-ip 10.0.0.1",
  "--not --protocol udp",
  "--to-port 53 --direction local",
];
const windows = [undefined, "2026-11-22T03:07:00Z", "6h"] as const;

test("rankings and their histogram say the same as top and timeline, whatever is asked", () => {
  fc.assert(
    fc.property(
      fc.array(count, { minLength: 1, maxLength: 40 }),
      fc.constantFrom(...filters),
      fc.constantFrom(...windows),
      (counts, filter, since) => {
        using seeded = new SeededDatabase(...counts);
        const { database } = seeded;
        const asked = question(filter, since);
        const { rankings, span, selection } = queryRankings(database, asked, 100);
        for (const [dimension, by] of [
          ["source", "src"],
          ["destination", "dst"],
          ["direction", "direction"],
        ] as const) {
          const top = queryTop(database, asked, by);
          expect(rankings.totals).toEqual(top.totals);
          const rows = rankings.by[dimension].rows.map(({ text, packets }) => [text, packets]);
          expect(new Map(rows as [string, number][])).toEqual(
            new Map(top.top.map(({ key, packets }) => [key, packets])),
          );
        }
        const quick = countedHistogram(database, span, selection, 60);
        const sum = quick.buckets.reduce((all, { packets }) => all + packets, 0);
        expect(sum).toBe(queryHistogram(database, asked, { bucketsMax: 60 }).totals.packets);
      },
    ),
    { numRuns: 40 },
  );
});

test("a pod is ranked under its name, whatever its addresses, and asked for by it", () => {
  const web = `cali${readPodDirectory("shop_web-0_u1")!.hash}`;
  using seeded = new SeededDatabase(
    { src: "10.0.0.1", in: web, packets: 2 },
    { src: "10.0.0.9", in: web, packets: 3 },
    { src: "10.0.0.2", in: "eth0", packets: 1 },
  );
  seeded.addPod("shop", "web-0", "u1", 0);
  const { by } = queryRankings(seeded.database, question(""), 10).rankings;
  expect(by.source.rows).toEqual([
    { text: "shop/web-0", packets: 5, terms: [{ name: "from-pod", value: "shop/web-0" }] },
    { text: "10.0.0.2", packets: 1, terms: [{ name: "from-ip", value: "10.0.0.2" }] },
  ]);
});

test("a histogram of nearly all flows is the same, with the others taken away from all", () => {
  const counts = Array.from({ length: 900 }, (_, index) => ({
    dstPort: 1 + index,
    prefix: index % 30 === 0 ? "[UFW ALLOW] " : "calico-packet: ",
    minute: 187 + ((index * 7) % 1200),
    packets: 1 + (index % 5),
  }));
  using seeded = new SeededDatabase(...counts);
  const asked = question("", "2026-11-22T03:07:00Z");
  const { span, selection } = queryRankings(seeded.database, asked, 10);
  expect(fewOthers(seeded.database, span, selection)?.flows).toHaveLength(30);
  // Few flows are looked up one by one.
  const counted = { ...selection, chosen: "few" } as const;
  const histogram = countedHistogram(seeded.database, span, selection, 60);
  expect(histogram).toEqual(countedHistogram(seeded.database, span, counted, 60));
  expect(histogram.buckets.reduce((sum, { packets }) => sum + packets, 0)).toBe(
    counts.filter(({ prefix }) => prefix === "calico-packet: ").reduce((s, c) => s + c.packets, 0),
  );
});
