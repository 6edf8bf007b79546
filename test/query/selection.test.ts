import fc from "fast-check";
import { expect, test } from "vitest";
import { readPodDirectory } from "../../src/identify/pod-directory.ts";
import { parseFilter } from "../../src/model/filter-words.ts";
import { queryFlows } from "../../src/query/flows.ts";
import { queryHistogram } from "../../src/query/histogram.ts";
import type { Question } from "../../src/query/question.ts";
import { queryTop } from "../../src/query/top.ts";
import { DAY_START, SeededDatabase } from "./seeded-database.ts";

const question = (filter: string, without: readonly string[]): Question => ({
  since: undefined,
  until: undefined,
  terms: parseFilter(filter),
  without: without.map(parseFilter),
  limit: undefined,
  now: DAY_START + 86_400_000_000,
});

const web = `cali${readPodDirectory("shop_web-0_u1")!.hash}`;
const count = fc.record({
  src: fc.integer({ min: 1, max: 4 }).map((each) => `10.0.0.${each}`),
  dst: fc.integer({ min: 1, max: 3 }).map((each) => `10.0.1.${each}`),
  dstPort: fc.constantFrom(53, 443),
  protocol: fc.constantFrom(6, 17),
  in: fc.constantFrom("eth0", web),
  prefix: fc.constantFrom("calico-packet: ", "[UFW ALLOW] "),
  minute: fc.integer({ min: 0, max: 1439 }),
  packets: fc.integer({ min: 1, max: 9 }),
});
const filter = fc.constantFrom(
  "",
  "from-ip 10.0.0.1",
  "to-port 53 protocol udp",
  "not to-ip 10.0.1.1",
  "from-pod shop/web-0",
  "from-pod shop/web-0 to-port 443",
  "not from-pod shop/web-0",
  "to-pod shop/web-0",
);

test("what is left out is what the same filters ask for, and nothing else", () => {
  fc.assert(
    fc.property(
      fc.array(count, { minLength: 1, maxLength: 30 }),
      filter,
      fc.array(filter, { maxLength: 3 }),
      (counts, asked, without) => {
        using seeded = new SeededDatabase(...counts);
        const { database } = seeded;
        seeded.addPod("shop", "web-0", "u1", 0, 700);
        const flowsOf = (text: string, left: readonly string[] = []) =>
          queryFlows(database, question(text, left), "packets").flows;
        const key = (flow: unknown) => JSON.stringify(flow);
        const muted = new Set(without.flatMap((each) => flowsOf(each)).map(key));
        const expected = flowsOf(asked).filter((flow) => !muted.has(key(flow)));
        expect(flowsOf(asked, without)).toEqual(expected);
        const packets = expected.reduce((sum, each) => sum + each.packets, 0);
        const all = question(asked, without);
        expect(queryTop(database, all, "src").totals.packets).toBe(packets);
        expect(queryHistogram(database, all, { bucketsMax: 60 }).totals.packets).toBe(packets);
      },
    ),
  );
});
