import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { type Column, renderTable } from "../../../src/commands/output/table.ts";
import { runs } from "../../long-run.ts";

type Row = { readonly name: string; readonly node: string; readonly packets: string };

const columns: readonly Column<Row>[] = [
  { title: "NAME", value: ({ name }) => name, widthMin: 6 },
  { title: "NODE", value: ({ node }) => node, rank: 1 },
  { title: "PACKETS", value: ({ packets }) => packets, align: "right" },
];

const rows: readonly Row[] = [
  { name: "storefront", node: "worker-1", packets: "1,234" },
  { name: "cart", node: "worker-12", packets: "5" },
];

function lines(text: string): string[] {
  return text.split("\n").slice(0, -1);
}

describe("renderTable()", () => {
  test("aligns its columns", () => {
    expect(lines(renderTable(columns, rows, 80))).toEqual([
      "NAME        NODE       PACKETS",
      "storefront  worker-1     1,234",
      "cart        worker-12        5",
    ]);
  });

  test("cuts nothing for a pipe", () => {
    const wide = [{ ...rows[0]!, name: "x".repeat(300) }];
    expect(renderTable(columns, wide, undefined)).toContain("x".repeat(300));
  });

  test("cuts the widest column first, and marks where", () => {
    expect(lines(renderTable(columns, rows, 28))).toEqual([
      "NAME      NODE       PACKETS",
      "storefr…  worker-1     1,234",
      "cart      worker-12        5",
    ]);
  });

  test("drops columns by rank when cutting is not enough", () => {
    expect(lines(renderTable(columns, rows, 25))).toEqual([
      "NAME        PACKETS",
      "storefront    1,234",
      "cart              5",
    ]);
    expect(lines(renderTable(columns, rows, 15))).toEqual([
      "NAME    PACKETS",
      "store…    1,234",
      "cart          5",
    ]);
  });

  test("drops the highest rank first", () => {
    const ranked = [3, 1, 2, 0].map((rank) => ({
      title: `RANK${rank}`,
      value: () => "x",
      rank,
    }));
    expect(lines(renderTable(ranked, [1], 19))[0]).toBe("RANK1  RANK2  RANK0");
    expect(lines(renderTable(ranked, [1], 18))[0]).toBe("RANK1  RANK0");
    expect(lines(renderTable(ranked, [1], 5))[0]).toBe("RANK0");
  });

  test("goes over the width rather than show nothing", () => {
    expect(lines(renderTable(columns, rows, 3))).toEqual([
      "NAME    PACKETS",
      "store…    1,234",
      "cart          5",
    ]);
  });

  test("shows its titles when there are no rows", () => {
    expect(renderTable(columns, [], 80)).toBe("NAME  NODE  PACKETS\n");
  });

  test("gives letters of two columns their place", () => {
    const wide: Row[] = [
      { name: "节点一", node: "a", packets: "1" },
      { name: "abc", node: "b", packets: "2" },
    ];
    expect(lines(renderTable(columns, wide, 80))).toEqual([
      "NAME    NODE  PACKETS",
      "节点一  a           1",
      "abc     b           2",
    ]);
  });

  test("never cuts a letter in two", () => {
    const column: Column<string> = { title: "T", value: (text) => text, widthMin: 1 };
    expect(renderTable([column], ["节点一二三"], 6)).toBe("T\n节点…\n");
    expect(renderTable([column], ["👩‍🚒👩‍🚒👩‍🚒"], 5)).not.toContain("\ufffd");
    expect(renderTable([column], ["e\u0301".repeat(9)], 4)).toBe(`T\n${"e\u0301".repeat(3)}…\n`);
  });

  test("shows what a terminal would obey", () => {
    const column: Column<string> = { title: "T", value: (text) => text };
    expect(renderTable([column], ["\u001b[31mred\nrow"], 80)).toBe("T\n\\x1b[31mred\\x0arow\n");
  });

  test("leaves no spaces at the end of a line", () => {
    const reversed = columns.toReversed();
    for (const line of lines(renderTable(reversed, rows, 80))) expect(line).toBe(line.trimEnd());
  });

  const text = fc.string({
    unit: fc.constantFrom("a", "B", "é", "节", "🛑", " ", "-"),
    maxLength: 40,
  });
  const table = fc.record({
    ranks: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 6 }),
    cells: fc.array(fc.array(text, { minLength: 6, maxLength: 6 }), { maxLength: 4 }),
    width: fc.integer({ min: 1, max: 120 }),
    widthMin: fc.integer({ min: 1, max: 10 }),
  });

  test("fits the width whenever the columns that stay can", () => {
    fc.assert(
      fc.property(table, ({ ranks, cells, width, widthMin }) => {
        const all = ranks.map(
          (rank, index): Column<string[]> => ({
            title: `C${index}`,
            value: (row) => row[index]!,
            rank,
            widthMin,
            align: index % 2 === 0 ? "left" : "right",
          }),
        );
        const staying = ranks.filter((rank) => rank === 0).length;
        const least = Math.max(0, staying * (Math.max(2, widthMin) + 2) - 2);
        fc.pre(staying > 0 && least <= width);
        for (const line of lines(renderTable(all, cells, width))) {
          expect(stringWidth(line)).toBeLessThanOrEqual(width);
        }
      }),
      { numRuns: runs(2000) },
    );
  });
});
