import { afterAll, describe, expect, test } from "vitest";
import type { Flow } from "../../src/query/flows.ts";
import type { TopAnswer } from "../../src/query/top.ts";
import { expectCounts, Place } from "./import-place.ts";
import { followUp, logged, udp, unreachable } from "./follow-up-lines.ts";
import { denyscope, outputOf } from "./program.ts";
import { flowsOf, statusOf } from "./queries.ts";
import { isLong } from "../long-run.ts";

const PIECE_LINES = isLong ? 1 : 4;

const template = "calico-packet %t %k %p";
const v6 = {
  src: "2001:0db8:0000:0000:0000:0000:0000:0001",
  dst: "2001:0db8:0000:0000:0000:0000:0000:0002",
};

const lines = [
  // Twice, so that the second is counted on the fast path.
  logged({ prefix: "calico-packet t1 knp pay/a: ", at: 0 }),
  logged({ prefix: "calico-packet t1 knp pay/a: ", at: 1 }),
  logged({ prefix: "calico-packet t1 knp pay/a: ", at: 2 }),
  followUp("calico-packet-est: ", { at: 3 }),
  followUp("calico-response-est: ", { at: 70 }),
  logged({ prefix: "calico-packet sec gnp b-est: ", dstPort: 80, at: 4 }),
  followUp("calico-packet-rst: ", { dstPort: 80, at: 5 }, "ACK RST"),
  // What iptables leaves of shop/b-everything.
  logged({ prefix: "calico-packet sec np shop/b-e", dstPort: 81, at: 6 }),
  logged({ prefix: "calico-packet  pro kns.x: ", dstPort: 53, transport: udp(53), at: 7 }),
  followUp("calico-packet-icmp-err: ", { at: 8, transport: unreachable({}) }),
  logged({ prefix: "calico-packet t1 knp pay/c: ", ...v6, transport: udp(54), at: 9 }),
  followUp("calico-response-icmp-err: ", {
    ...v6,
    at: 10,
    transport: unreachable({ ...v6, dstPort: 54 }),
  }),
  // Nobody logged the first packet of this one.
  followUp("calico-packet-est: ", { dst: "10.0.0.9", at: 11 }),
  logged({ prefix: "[UFW BLOCK] ", dst: "10.0.0.8", at: 12 }),
];

const flags = ["--prefix-template", template];

/** Flows in short: what a test is about. */
function inShort({ src, dst, dstPort, packets, ...flow }: Flow): object {
  const { tier, kind, policy, policyCut, established, reset, icmpError } = flow;
  const counts = { packets, established, reset, icmpError };
  return { key: `${src} ${dst} ${dstPort}`, tier, kind, policy, policyCut, ...counts };
}

describe("import --prefix-template", () => {
  test("names policies, and joins follow-ups to the flows of any policy", async () => {
    using place = new Place();
    await place.import(place.write("log", lines), ...flags);
    const db = place.path("db");
    const { flows, totals } = await flowsOf(db);

    expect(totals).toMatchObject({ packets: 7, flows: 5 });
    expect(flows.map(inShort)).toEqual(
      [
        { key: "10.0.0.1 10.0.0.2 443", tier: "t1", kind: "knp", policy: "pay/a", packets: 3 },
        { key: "10.0.0.1 10.0.0.2 53", kind: "pro", policy: "kns.x", packets: 1, icmpError: 1 },
        { key: "10.0.0.1 10.0.0.2 80", tier: "sec", kind: "gnp", policy: "b-est", packets: 1 },
        { key: "10.0.0.1 10.0.0.2 81", tier: "sec", kind: "np", policy: "shop/b-e", packets: 1 },
        { key: "2001:db8::1 2001:db8::2 54", tier: "t1", kind: "knp", policy: "pay/c", packets: 1 },
        { key: "10.0.0.1 10.0.0.9 443", packets: 0, established: 1 },
      ].map((flow, index) => ({
        ...flow,
        ...[{ established: 2 }, {}, { reset: 1 }, { policyCut: true }, { icmpError: 1 }, {}][index],
      })),
    );
    expect(flows[0]).toMatchObject({
      firstSeen: "2026-11-22T12:00:00Z",
      lastSeen: "2026-11-22T12:00:02Z",
    });
  });

  test("counts follow-ups apart, in every sum", async () => {
    using place = new Place();
    await place.import(place.write("log", lines), ...flags);
    const db = place.path("db");
    const { conservation, packets } = await statusOf(db);

    expect(conservation.lines).toMatchObject({
      read: lines.length,
      denials: 7,
      other: { "follow-up": 6, "other-verdict": 1 },
      rejected: {},
      holds: true,
    });
    expect(conservation.packets).toMatchObject({ logged: 8, kept: 8, holds: true });
    expect(packets).toEqual({ denied: 7, allowed: 0, audit: 0, unknown: 1 });
    expect(await outputOf(["status", "--db", db])).toContain("6 follow-up");
  });

  test.each<[words: string, ports: readonly (number | undefined)[]]>([
    ["--policy pay/a", [443]],
    ["--policy a", [443]],
    ["--policy pay", []],
    ["--policy other/a", []],
    ["--policy a --policy c", [443, 54]],
    ["--policy b-est", [80]],
    ["--policy shop/b-e", [81]],
    ["--policy %", []],
    ["--not --policy pay/a", [53, 80, 81, 54, 443]],
    ["--not --policy a --not --policy c --not --policy kns.x", [80, 81, 443]],
  ])("flows %s", async (words, ports) => {
    const { flows } = await flowsOf((await imported()).path("db"), ...words.split(" "));
    expect(flows.map(({ dstPort }) => dstPort)).toEqual(ports);
  });

  test("no window shows a flow without packets or follow-ups in it", async () => {
    const db = (await imported()).path("db");
    const within = (since: string, until: string) =>
      flowsOf(db, "--since", `2026-11-22T12:${since}Z`, "--until", `2026-11-22T12:${until}Z`);
    const second = await within("01:00", "02:00");

    expect(second.totals).toMatchObject({ packets: 0, flows: 0 });
    expect(second.flows.map(inShort)).toEqual([
      expect.objectContaining({ key: "10.0.0.1 10.0.0.2 443", policy: "pay/a", established: 1 }),
    ]);
    expect((await within("02:00", "03:00")).flows).toEqual([]);
    expect((await within("00:00", "01:00")).flows[0]).toMatchObject({ packets: 3, established: 1 });
  });

  test("top policy, tier and kind rank what the prefixes name", async () => {
    const db = (await imported()).path("db");
    const keys = async (by: string) => {
      const answer = JSON.parse(await outputOf(["top", by, "--db", db, "-o", "json"])) as TopAnswer;
      return answer.top.map(({ key, packets }) => `${key} ${packets}`);
    };
    expect(await keys("policy")).toEqual([
      "pay/a 3",
      "b-est 1",
      "kns.x 1",
      "pay/c 1",
      "shop/b-e… 1",
    ]);
    expect(await keys("tier")).toEqual(["t1 4", "sec 2", "- 1"]);
    expect(await keys("kind")).toEqual(["knp 4", "gnp 1", "np 1", "pro 1"]);
  });

  test("every output has the fields", async () => {
    const db = (await imported()).path("db");
    const wide = await outputOf(["flows", "--db", db, "-o", "wide"]);
    expect(wide).toMatch(/POLICY +TIER +KIND +ESTABLISHED +RESET +ICMP ERROR\n/);
    expect(wide).toMatch(/ shop\/b-e… +sec +np /);
    const plain = await outputOf(["flows", "--db", db, "-o", "wide", "--to-port", "81"]);
    expect(plain).not.toContain("ESTABLISHED");
    const csv = await outputOf(["flows", "--db", db, "-o", "csv", "--to-port", "81"]);
    expect(csv).toMatch(
      /tcpFlags,policyCut,established,reset,icmpError,other,sources,sourcesError,portName,/,
    );
    expect(csv).toMatch(/,SYN,true,,,,,,,,,pod,pod,/);
  });

  test("another template judges the prefixes again that were met before", async () => {
    using place = new Place();
    const log = place.write("log", lines);
    const policies = async () => {
      const { flows, totals } = await flowsOf(place.path("db"));
      return [totals.packets, ...new Set(flows.map(({ policy }) => policy ?? ""))];
    };
    await place.import(log);
    expect(await policies()).toEqual([7, ""]);
    await place.import(log, ...flags);
    expect(await policies()).toEqual([7, "pay/a", "kns.x", "b-est", "shop/b-e", "pay/c", ""]);
    await place.import(log, "--prefix-template", "calico-packet t1 knp %p", "--denied-prefix", "x");
    expect(await policies()).toEqual([4, "pay/a", "pay/c"]);
    await place.import(log);
    expect(await policies()).toEqual([7, ""]);
  });

  test(`counts the same in one go and ${PIECE_LINES} lines at a time`, async () => {
    using whole = new Place();
    using pieces = new Place();
    await whole.import(whole.write("log", lines), ...flags);
    for (let end = 1; end < lines.length + PIECE_LINES; end += PIECE_LINES) {
      await pieces.import(pieces.write("log", lines.slice(0, end)), ...flags);
    }
    expectCounts(pieces.counted(), whole.counted());
    expect((await flowsOf(pieces.path("db"))).flows).toEqual(
      (await flowsOf(whole.path("db"))).flows,
    );
  });
});

describe("parse --prefix-template", () => {
  test("names the policy of each denial, and shows no follow-up", async () => {
    const output = await outputOf(["parse", ...flags], { input: lines.join("") });
    const denials = output
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(denials.map(({ prefix }) => prefix)).not.toContainEqual(
      expect.stringMatching(/^calico-(packet|response)-/),
    );
    expect(denials[0]).toMatchObject({
      prefix: "calico-packet t1 knp pay/a: ",
      verdict: "denied",
      tier: "t1",
      kind: "knp",
      policy: "pay/a",
    });
    expect(denials[0]).not.toHaveProperty("policyCut");
    expect(denials[4]).toMatchObject({ policy: "shop/b-e", policyCut: true });
    expect(denials[5]).toMatchObject({ kind: "pro", policy: "kns.x" });
    expect(denials[5]).not.toHaveProperty("tier");
    expect(denials.at(-1)).toMatchObject({ verdict: "unknown" });
  });

  test("refuses a template that names nothing", async () => {
    expect(await denyscope(["parse", "--prefix-template", "calico-packet"])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/--prefix-template .*expected the LogPrefix of Felix, with %t/),
    });
  });
});

let place: Promise<Place> | undefined;
afterAll(async () => (await place)?.[Symbol.dispose]());

/** A database of all lines, for tests that only look. */
function imported(): Promise<Place> {
  place ??= (async () => {
    const made = new Place();
    await made.import(made.write("log", lines), ...flags);
    return made;
  })();
  return place;
}
