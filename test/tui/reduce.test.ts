import { expect, test } from "vitest";
import { SeededDatabase } from "../query/seeded-database.ts";
import { KeyedState } from "./keyed-state.ts";

function seeded(): SeededDatabase {
  return new SeededDatabase(
    { src: "10.0.0.1", dst: "10.0.1.1", dstPort: 5432, packets: 50, attempts: 10, minute: 400 },
    { src: "10.0.0.2", dst: "10.0.1.1", dstPort: 5432, packets: 30, minute: 780 },
    { src: "10.0.0.1", dst: "10.0.1.1", dstPort: 5432, packets: 20, minute: 790 },
    { src: "10.0.0.3", dst: "10.0.1.2", dstPort: 53, protocol: 17, packets: 10, minute: 800 },
  );
}

const terms = (screen: KeyedState) =>
  screen.view.filter.terms.map(
    ({ name, value, isNegated }) => `${isNegated ? "not " : ""}${name} ${value}`,
  );

test("which source is denied most at a pod since noon takes five keys", () => {
  using database = seeded();
  const screen = new KeyedState(database).press("t", "n", "tab", "enter");
  expect(terms(screen)).toEqual(["to-ip 10.0.1.1"]);
  expect(screen.view.filter.since).toBe("2026-11-22T12:00:00Z");
  expect(screen.text).toMatch(/Sources.*\n.*10\.0\.0\.2.*30/);
});

test("enter narrows to a value, ! excludes it, esc goes back to exactly where one was", () => {
  using database = seeded();
  const screen = new KeyedState(database).press("down");
  const before = screen.text;
  screen.press("enter");
  expect(terms(screen)).toEqual(["from-ip 10.0.0.2"]);
  screen.press("esc");
  expect(screen.text).toBe(before);
  screen.press("!");
  expect(terms(screen)).toEqual(["not from-ip 10.0.0.2"]);
  expect(screen.press("esc").text).toBe(before);
});

test.for([
  ["to-port 5432", ["to-port 5432"]],
  ["--to-port 5432 --not --protocol udp", ["to-port 5432", "not protocol udp"]],
  ["!from-ip 10.0.0.0/8", ["not from-ip 10.0.0.0/8"]],
  ["5432", ["to-port 5432"]],
  ["10.0.0.3", ["from-ip 10.0.0.3"]],
  ["udp", ["protocol udp"]],
] as const)("a filter is typed: %s", ([typed, expected]) => {
  using database = seeded();
  const screen = new KeyedState(database).press("/").type(typed).press("enter");
  expect(terms(screen)).toEqual(expected);
  expect(screen.state.prompt).toBeUndefined();
});

test("a filter that cannot be read is told, and can be mended", () => {
  using database = seeded();
  const screen = new KeyedState(database).press("/").type("to-port x").press("enter");
  expect(screen.text).toContain('Cannot filter by --to-port "x": expected a port');
  screen.press("backspace").type("53").press("enter");
  expect(terms(screen)).toEqual(["to-port 53"]);
});

test("tab completes names and values that the screens have shown", () => {
  using database = seeded();
  const screen = new KeyedState(database).press("/").type("to-po").press("tab");
  expect(screen.state.prompt).toMatchObject({ text: "to-port " });
  screen.type("54").press("tab");
  expect(screen.state.prompt).toMatchObject({ text: "to-port 5432" });
  screen.press("enter");
  expect(terms(screen)).toEqual(["to-port 5432"]);
});

test("chips are taken off one by one, whichever, and turned round", () => {
  using database = seeded();
  const screen = new KeyedState(database).press("/").type("to-port 5432 protocol tcp");
  screen.press("enter", "c", "left", "x");
  expect(terms(screen)).toEqual(["protocol tcp"]);
  screen.press("c", "!");
  expect(terms(screen)).toEqual(["not protocol tcp"]);
  screen.press("backspace");
  expect(terms(screen)).toEqual([]);
});

test("a range of the histogram is zoomed into, and esc leads out again", () => {
  using database = seeded();
  const screen = new KeyedState(database);
  screen.press("left", "S-left", "S-left");
  const range = screen.text;
  expect(range).toContain("▲");
  screen.press("enter");
  expect(screen.view.filter).toMatchObject({ since: /^2026-11-22T/, until: /^2026-11-22T/ });
  screen.press("esc");
  expect(screen.text).toBe(range);
});

test("flows are sorted by shift-letters, and grouped, and groups unfold", () => {
  using database = seeded();
  const screen = new KeyedState(database).press("2", "D");
  expect(screen.text).toContain("DESTINATION ▾");
  screen.press("b", "down", "down", "enter");
  expect(screen.view).toMatchObject({ groupBy: "dst" });
  const folded = screen.text;
  expect(screen.press(" ").text).toContain("10.0.0.1 → 10.0.1.1 5432/tcp");
  expect(screen.press(" ").text).toBe(folded);
});

test("the chosen row stays on the screen, however far one goes", () => {
  using database = new SeededDatabase();
  for (let index = 0; index < 1000; index++) {
    database.add({ src: `10.1.${index >> 8}.${index & 255}`, packets: 1 + (index % 7) });
  }
  const screen = new KeyedState(database).press("2");
  for (const keys of [["end"], ["up"], ["pageup"], ["home"], ["down", "pagedown"]]) {
    screen.press(...keys);
    expect(screen.lines.filter((line) => line.startsWith("▸ 10.1."))).toHaveLength(1);
    expect(screen.text).not.toContain("...");
  }
});

test.for([
  [":", "events", "Events"],
  [":", "by policy", "POLICY"],
  [":", "since 1h", "last 1h"],
  [":", "filter to-port 53", "[to-port 53]"],
  [";", "", "as SELECT * FROM flows"],
  [";", "SELECT 6 * 7 AS answer", "42"],
] as const)("%s%s does what it says", ([key, typed, expected]) => {
  using database = seeded();
  const screen = new KeyedState(database).press(key).type(typed);
  if (typed !== "") screen.press("enter");
  expect(screen.text).toContain(expected);
});

test("no SQL at all is none", () => {
  using database = seeded();
  const screen = new KeyedState(database).press(";").press("enter");
  expect(screen.text).not.toContain("› SQL");
});

test("SQL is read-only, and its mistakes are told", () => {
  using database = seeded();
  const run = (sql: string) => {
    return new KeyedState(database).press(";").type(sql).press("enter").text;
  };
  expect(run("SELECT count(*) AS flows FROM flows")).toMatch(/flows\n\s+3/);
  expect(run("SELECT dst FROM flows LIMIT 1")).toContain("10.0.1.1");
  expect(run("DELETE FROM flows")).toContain("Cannot run it");
  expect(run("SELECT * FROM elsewhere")).toContain("no such table: elsewhere");
});

test("y copies the chosen value, e writes a file, q quits", () => {
  using database = seeded();
  const screen = new KeyedState(database).press("y", "e", "c", "q");
  expect(screen.effects).toEqual([
    { kind: "copy", text: "10.0.0.1" },
    { kind: "export", format: "csv" },
    { kind: "quit" },
  ]);
});
