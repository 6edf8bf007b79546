import { expect, test } from "vitest";
import { changedNote, type Note } from "../../src/tui/notes/note.ts";
import { SeededDatabase } from "../query/seeded-database.ts";
import { KeyedState } from "./keyed-state.ts";

const WORDS = "from-ip 10.0.0.1 to-ip 10.0.1.1 to-port 5432 protocol tcp";

function seeded(): SeededDatabase {
  return new SeededDatabase(
    { src: "10.0.0.1", dst: "10.0.1.1", dstPort: 5432, packets: 50, minute: 400 },
    { src: "10.0.0.2", dst: "10.0.1.1", dstPort: 5432, packets: 30, minute: 780 },
  );
}

/** What the file would hold after the last effect. */
function kept(screen: KeyedState): Note | undefined {
  const effect = screen.effects.at(-1);
  expect(effect).toMatchObject({ kind: "note", flow: WORDS });
  if (effect?.kind !== "note") return undefined;
  const note = changedNote(screen.state.notes[WORDS], effect.change);
  screen.noted(note === undefined ? {} : { [WORDS]: note });
  return note;
}

test("a flow is acknowledged, which its row and its detail say, and no longer", () => {
  using database = seeded();
  const screen = new KeyedState(database).press("2", "a");
  expect(kept(screen)).toEqual({ acknowledged: "2026-11-22T15:01:00Z" });
  expect(screen.text).toMatch(/NOTE\n▸ 10\.0\.0\.1 .*✓\n {2}10\.0\.0\.2 .*\d$/m);
  expect(screen.press("enter").text).toMatch(/ {2}note +acknowledged 11-22 15:01/);
  screen.press("a");
  expect(kept(screen)).toBeUndefined();
  expect(screen.text).not.toContain("acknowledged");
});

test("a muted flow is left out of all that is counted, and M shows it", () => {
  using database = seeded();
  const screen = new KeyedState(database).press("2", "m", "w");
  expect(kept(screen)).toEqual({ mutedUntil: "2026-11-29T15:01:00Z" });
  expect(screen.text).toContain("[without 1 muted flow]");
  expect(screen.text).toContain("30 packets denied");
  expect(screen.text).not.toContain("10.0.0.1");
  for (const view of ["1", "3"]) expect(screen.press(view).text).not.toContain("10.0.0.1 ");
  screen.press("M", "2");
  expect(screen.text).toContain("80 packets denied");
  expect(screen.text).toMatch(/10\.0\.0\.1 .*muted to 11-29/);
  screen.press("m", "x");
  expect(kept(screen)).toBeUndefined();
});

test.for([
  ["36h", "2026-11-24T03:01:00Z"],
  ["2027-01-31", "2027-01-31T00:00:00Z"],
  ["2026-11-22T18:00:00Z", "2026-11-22T18:00:00Z"],
] as const)("a flow is muted until %s", ([typed, mutedUntil]) => {
  using database = seeded();
  const screen = new KeyedState(database).press("2", "m", "o").type(typed).press("enter");
  expect(kept(screen)).toEqual({ mutedUntil });
});

test.for(["yesterday", "2026-11-01", "-1h", "1"])(
  "until when it is muted is told where it cannot be read: %s",
  (typed) => {
    using database = seeded();
    const screen = new KeyedState(database).press("2", "m", "o").type(typed).press("enter");
    expect(screen.effects).toEqual([]);
    expect(screen.text).toContain(`Cannot mute until "${typed}"`);
  },
);

test("what was muted comes back when its time is over", () => {
  using database = seeded();
  const screen = new KeyedState(database).press("2");
  screen.noted({ [WORDS]: { mutedUntil: "2026-11-22T15:00:59Z" } });
  expect(screen.text).toContain("80 packets denied");
  expect(screen.text).not.toContain("muted");
});

test("an owner is noted, changed, and taken away with an empty line", () => {
  using database = seeded();
  const screen = new KeyedState(database).press("2", "n").type("team-shop").press("enter");
  expect(kept(screen)).toEqual({ text: "team-shop" });
  expect(screen.text).toMatch(/10\.0\.0\.1 .*team-shop/);
  screen.press("n").type(", ticket 12").press("enter");
  expect(kept(screen)).toEqual({ text: "team-shop, ticket 12" });
  screen.press("n", "ctrl-u", "enter");
  expect(kept(screen)).toBeUndefined();
});

test("where no single flow is chosen nothing is noted", () => {
  using database = seeded();
  const screen = new KeyedState(database).press("2", "b", "b", "a");
  expect(screen.effects).toEqual([]);
  expect(screen.text).toContain("Notes are of single flows");
});
