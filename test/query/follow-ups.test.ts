import { describe, expect, test } from "vitest";
import { queryFlows } from "../../src/query/flows.ts";
import { queryTop } from "../../src/query/top.ts";
import { questionOf } from "./question-of.ts";
import { type SeedCount, SeededDatabase } from "./seeded-database.ts";

/** A flow of which only a connection that was let through is known in that minute. */
const answered: Partial<SeedCount> = { packets: 0, attempts: 0, bytes: 0, tcpFlags: 0 };

/** Marks rows without packets as those of follow-ups, which only the store writes. */
function seeded(...counts: readonly Partial<SeedCount>[]): SeededDatabase {
  const made = new SeededDatabase(...counts);
  made.database.exec("CREATE TEMP TABLE own AS SELECT flow FROM flow_minutes WHERE packets = 0");
  made.database.exec("UPDATE flow_minutes SET established = 1 WHERE packets = 0");
  for (const unit of ["hour", "day"]) {
    made.database.exec(
      `UPDATE flow_${unit}s SET established = 1 WHERE flow IN (SELECT flow FROM own)`,
    );
  }
  made.database.exec(`
    INSERT INTO sources (kind, path, device, inode, byte_offset, head_bytes, head_hash,
      anchor_bytes, anchor_hash, first_denials, last_time, lines, updated_at)
    VALUES ('stdin', '-', 0, 0, 0, 0, '', 0, '', '', 0, 1, 0);
    INSERT INTO source_lines VALUES (1, 'follow-up', 1)`);
  return made;
}

function shown({ database }: SeededDatabase, asked = {}): readonly string[] {
  return queryFlows(database, questionOf(asked), "packets").flows.map(
    ({ prefix, packets, established = 0 }) => `${prefix}${packets} ${established}`,
  );
}

const plain = { ...answered, prefix: "calico-packet: " };
const a = { prefix: "calico-packet-a: " };
const b = { prefix: "calico-packet-b: " };

describe("follow-ups of the plain prefix are shown", () => {
  test.each<[string, readonly Partial<SeedCount>[], readonly string[]]>([
    ["at a flow of their own", [plain], ["calico-packet: 0 1"]],
    ["at the flow of a policy", [plain, a], ["calico-packet-a: 1 1"]],
    ["at one flow only", [plain, b, a], ["calico-packet-a: 1 1", "calico-packet-b: 1 0"]],
    [
      "at the plain prefix, when it has packets",
      [plain, a, { prefix: "calico-packet: ", minute: 601 }],
      ["calico-packet-a: 1 0", "calico-packet: 1 1"],
    ],
    [
      "at no flow of another port",
      [plain, { ...a, dstPort: 1 }],
      ["calico-packet-a: 1 0", "calico-packet: 0 1"],
    ],
    [
      "at no flow of other interfaces",
      [plain, { ...a, in: "eth0" }],
      ["calico-packet-a: 1 0", "calico-packet: 0 1"],
    ],
    [
      "at no flow of another node",
      [plain, { ...a, node: "other" }],
      ["calico-packet-a: 1 0", "calico-packet: 0 1"],
    ],
    ["at no flow that was not denied", [plain, { prefix: "[UFW] " }], ["calico-packet: 0 1"]],
  ])("%s", (_, counts, expected) => {
    using database = seeded(...counts);
    expect(shown(database)).toEqual(expected);
  });

  test("in their own minutes, at the policy of others where there is none", () => {
    const at = (minute: number) => ({
      since: new Date(Date.UTC(2026, 10, 22, 0, minute)).toISOString(),
      until: new Date(Date.UTC(2026, 10, 22, 0, minute + 1)).toISOString(),
    });
    using database = seeded(plain, { ...a, minute: 602 });
    expect(shown(database, at(600))).toEqual(["calico-packet-a: 0 1"]);
    expect(shown(database, at(601))).toEqual([]);
    expect(shown(database, at(602))).toEqual(["calico-packet-a: 1 0"]);
  });

  test("and change no total", () => {
    using database = seeded(plain, { ...plain, dst: "10.0.0.9" }, a);
    const { totals } = queryFlows(database.database, questionOf(), "packets");
    expect(totals).toMatchObject({ packets: 1, attempts: 1, flows: 1 });
    const { top } = queryTop(database.database, questionOf(), "dst");
    expect(top).toHaveLength(1);
  });
});
