import { describe, expect, test } from "vitest";
import type Database from "better-sqlite3";
import { deniedPrefixDefaults } from "../../../src/model/verdict.ts";
import { addressText } from "../../../src/store/address-key.ts";
import { BatchWriter } from "../../../src/store/batch-writer.ts";
import { sightingsMax } from "../../../src/store/names/sighting-table.ts";
import { BatchMaker } from "../counted-batches.ts";
import { newPath, writable } from "../stored.ts";

const settings = { deniedPrefixes: deniedPrefixDefaults };
const now = Date.parse("2026-11-22T13:00:00Z") * 1000;

/** As the kernel prints it. */
const ipv6 = (first: string, last: string) => `${first}:${"0000:".repeat(6)}${last}`;

type Line = {
  readonly second: number;
  readonly in?: string;
  readonly out?: string;
  readonly src?: string;
  readonly dst?: string;
};

function line({ second, in: from = "", out: to = "", src = "192.0.2.1", dst = "192.0.2.2" }: Line) {
  const time = new Date(now / 1000 + second * 1000).toISOString();
  const ip = src.includes(":") ? "TC=0 HOPLIMIT=63 FLOWLBL=0" : "TOS=0x00 PREC=0x00 TTL=63 ID=1 DF";
  return (
    `${time} worker-1 kernel: calico-packet: IN=${from} OUT=${to} SRC=${src} DST=${dst} ` +
    `LEN=60 ${ip} PROTO=TCP SPT=40000 DPT=443 WINDOW=64240 RES=0x00 SYN URGP=0 \n`
  );
}

/** `address hash from-to`, in seconds. */
function leasesOf(database: Database.Database): string[] {
  const rows = database.prepare<
    [],
    { address: Buffer; hash: string; from_time: number; to_time: number }
  >("SELECT * FROM leases ORDER BY address, hash");
  const second = (micros: number) => (micros - now) / 1_000_000;
  return rows
    .all()
    .map(
      ({ address, hash, from_time: from, to_time: to }) =>
        `${addressText(address)} ${hash} ${second(from)}-${second(to)}`,
    );
}

class Writing {
  readonly database = writable(newPath());
  readonly writer = new BatchWriter(this.database, settings);
  readonly maker = new BatchMaker();

  write(lines: readonly Line[], wantsNewSession = false): this {
    this.writer.begin();
    this.writer.write(this.maker.batch(lines.map(line), wantsNewSession), now);
    this.writer.writeEnd(this.maker.end());
    return this;
  }

  commit(): string[] {
    this.writer.commit();
    return leasesOf(this.database);
  }
}

const web = "calia8df726959a";
const other = "cali4b8ed8b7d66";

describe("addresses of pods are learnt", () => {
  test("from both sides, first and last", () => {
    const learnt = new Writing()
      .write([
        { second: 5, in: web, src: "10.0.0.1", out: other, dst: "10.0.0.2" },
        { second: 9, in: "eth0", src: "192.0.2.9", out: web, dst: "10.0.0.1" },
        { second: 1, in: other, src: ipv6("fd00", "0002"), out: "eth0", dst: ipv6("2001", "0001") },
      ])
      .commit();
    expect(learnt).toEqual([
      "10.0.0.1 a8df726959a 5-9",
      "10.0.0.2 4b8ed8b7d66 5-5",
      "fd00::2 4b8ed8b7d66 1-1",
    ]);
  });

  test("over transactions and sessions, also from flows that are known", () => {
    const writing = new Writing();
    const flow = { in: web, src: "10.0.0.1", out: "eth0" };
    writing.write([{ second: 5, ...flow }]).commit();
    expect(writing.write([{ second: 7, ...flow }]).commit()).toEqual(["10.0.0.1 a8df726959a 5-7"]);
    writing.write([{ second: 3, ...flow }], true).commit();
    expect(writing.write([{ second: 90, ...flow }]).commit()).toEqual([
      "10.0.0.1 a8df726959a 3-90",
    ]);
  });

  test("by each interface that an address was seen at", () => {
    const flow = { out: "eth0", src: "10.0.0.1" };
    const learnt = new Writing()
      .write([
        { second: 5, in: web, ...flow },
        { second: 7, in: other, ...flow },
        { second: 8, in: other, ...flow },
      ])
      .commit();
    expect(learnt).toEqual(["10.0.0.1 4b8ed8b7d66 7-8", "10.0.0.1 a8df726959a 5-5"]);
  });

  test.for([
    [{ in: "eth0", out: "tunl0" }],
    [{ in: "", out: "" }],
    [{ in: "cali", out: "cali0123" }],
    [{ in: "calia8df726959A", out: "xcali8df726959a" }],
  ])("not from other interfaces: %j", ([interfaces]) => {
    expect(new Writing().write([{ second: 5, ...interfaces }]).commit()).toEqual([]);
  });

  test.for([
    ["0.0.0.0", "224.0.0.251"],
    ["169.254.1.1", "255.255.255.255"],
    ["127.0.0.1", "0.0.0.0"],
    [ipv6("0000", "0000"), ipv6("ff02", "0002")],
    [ipv6("fe80", "0007"), ipv6("0000", "0001")],
  ] as const)("not where it is no single pod's: %s and %s", ([src, dst]) => {
    expect(new Writing().write([{ second: 5, in: web, src, out: other, dst }]).commit()).toEqual(
      [],
    );
  });

  test("once, when a transaction is undone and done again", () => {
    const writing = new Writing();
    const flow = { in: web, src: "10.0.0.1", out: "eth0" };
    writing.write([{ second: 5, ...flow }]).commit();
    const batch = writing.maker.batch([line({ second: 8, in: other, src: "10.0.0.7" })]);
    const end = writing.maker.end();
    for (const fails of [true, false]) {
      writing.writer.begin();
      writing.writer.write(batch, now);
      writing.writer.writeEnd(end);
      if (fails) writing.writer.rollback();
      else writing.writer.commit();
      const more = fails ? [] : ["10.0.0.7 4b8ed8b7d66 8-8"];
      expect(leasesOf(writing.database)).toEqual(["10.0.0.1 a8df726959a 5-5", ...more]);
    }
  });
});

describe("what is learnt is bounded", () => {
  const podAt = (n: number) => `cali${n.toString(16).padStart(11, "0")}`;
  const flowOf = (n: number): Line => ({
    second: n / 1000,
    in: podAt(n),
    src: `10.1.${n >> 8}.${n & 255}`,
    out: "eth0",
  });

  test("in a transaction, and learnt again in the next", () => {
    const writing = new Writing();
    const many = Array.from({ length: sightingsMax + 10 }, (_, n) => flowOf(n));
    expect(writing.write(many).commit()).toHaveLength(sightingsMax);
    expect(writing.write([flowOf(60_000)]).commit()).toHaveLength(sightingsMax + 1);
  });

  test("a session that begins in a transaction that is undone teaches nothing wrong", () => {
    const writing = new Writing();
    writing.write([flowOf(1), flowOf(2)]).commit();
    const before = writing.maker.batch([line({ ...flowOf(1), second: 50 })]);
    const next = writing.maker.batch([line({ ...flowOf(3), second: 60 })], true);
    const end = writing.maker.end();
    const write = () => {
      writing.writer.begin();
      for (const batch of [before, next]) writing.writer.write(batch, now);
      writing.writer.writeEnd(end);
    };
    write();
    writing.writer.rollback();
    write();
    const known = ["10.1.0.1 00000000001 0.001-", "10.1.0.2 00000000002 0.002-0.002"];
    const [first, second, ...rest] = writing.commit();
    expect(first).toMatch(known[0]!);
    expect([second, ...rest]).toEqual([known[1], "10.1.0.3 00000000003 60-60"]);
  });
});
