import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type Command, commonBindings, screenBindings } from "../../src/tui/state/keys.ts";
import { childrenOf } from "../children-of.ts";
import { program, programEnvironment } from "./built-program.ts";
import { TemporaryFolder } from "../follow/temporary-folder.ts";
import { Tmux } from "./tmux.ts";
import { isLong } from "../long-run.ts";

const samples = ["egress", "icmp", "internet-to-pod", "ipv6"].map((name) =>
  fileURLToPath(new URL(`../../samples/${name}.log`, import.meta.url)),
);

function denyscope(...args: readonly string[]): string {
  return execFileSync(process.execPath, [program, ...args], {
    env: programEnvironment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
}

const ESCAPE_MS = 500;

/** A database of some of the samples. */
function imported(folder: TemporaryFolder): string {
  const path = folder.file("denyscope.db");
  denyscope("import", ...samples, "--timezone", "UTC", "--db", path);
  return path;
}

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 200, rows: 50 },
] as const;

/** What the screen shows when a key of a screen was pressed, by the command that it stands for. */
const expected: Readonly<Record<string, RegExp>> = {
  "overview overview": /› Overview/,
  "overview flows": /› Flows/,
  "overview events": /› Events/,
  "overview health": /› Health/,
  "overview filter": /an address, a port, a name/,
  "overview time": /last 15 minutes/,
  "overview chips": /There is no filter to choose/,
  "overview unfilter": /There is no filter/,
  "overview command": /single denials as they come/,
  "overview sql": /as SELECT \* FROM flows/,
  "overview pause": /‖ paused/,
  "overview muted": /Nothing is muted/,
  "overview copy": /Copied: /,
  "overview export": /Export what is shown/,
  "overview help": /Keys of the overview screen/,
  "overview back": /› SQL/,
  "overview enter": /\[from-ip /,
  "overview exclude": /\[not from-ip /,
  "overview next-panel": /◆ Destinations/,
  "overview previous-panel": /◆ Directions/,
  "overview left": /▲ .* to /,
  "overview right": /▲ .* to /,
  "overview range-left": /▲ .* to /,
  "overview range-right": /▲ .* to /,
  "overview up": /◆ Sources/,
  "overview down": /◆ Sources[^]*\n {2}\S[^]*\n▸ /,
  "flows enter": /› Flow .*[^]*first ever seen/,
  "flows right": /▸ /,
  "flows left": /▸ /,
  "flows exclude": /\[not from-ip /,
  "flows group": /no groups/,
  "flows unfold": /Not a group/,
  "flows acknowledge": /NOTE[^]*✓/,
  "flows mute": /for a week/,
  "flows note": /an owner, a ticket/,
  "flows sort-packets": /PACKETS ▾/,
  "flows sort-attempts": /ATTEMPTS ▾/,
  "flows sort-bytes": /BYTES ▾/,
  "flows sort-first": /FIRST SEEN ▾/,
  "flows sort-last": /LAST SEEN ▾/,
  "flows sort-source": /SOURCE ▾/,
  "flows sort-destination": /DESTINATION ▾/,
  "flows sort-port": /PORT ▾/,
  "flow enter": /\[from-ip /,
  "flow acknowledge": /note {9}acknowledged/,
  "flow mute": /for a week/,
  "flow note": /an owner, a ticket/,
  "flow exclude": /\[not from-ip /,
  "events follow": /held at one event/,
  "events line": /─ line /,
  "events enter": /› Flow .*[^]*first ever seen/,
};
const movement = /▸|Database|Keys|row/;

/** Names of keys as tmux knows them. */
const tmuxNames: Readonly<Record<string, string>> = {
  enter: "Enter",
  esc: "Escape",
  tab: "Tab",
  "S-tab": "BTab",
  up: "Up",
  down: "Down",
  left: "Left",
  right: "Right",
  "S-left": "S-Left",
  "S-right": "S-Right",
  pageup: "PPage",
  pagedown: "NPage",
  home: "Home",
  end: "End",
  backspace: "BSpace",
  " ": "Space",
};

function tmuxKey(key: string): string {
  return tmuxNames[key] ?? key.replace(/^ctrl-/, "C-");
}

const ways = {
  overview: [["1"], /Sources[^]*▸/],
  flows: [["2"], /› Flows[^]*▸/],
  flow: [["2", "Enter"], /first ever seen/],
  events: [["3"], /following the newest[^]*▸/],
  health: [["4"], /Sources of lines/],
} as const;

/** Commands that ask for something at the bottom of the screen. */
const asks: ReadonlySet<Command> = new Set([
  "filter",
  "time",
  "command",
  "sql",
  "export",
  "group",
  "mute",
  "note",
]);

const walks = sizes.flatMap((size, turn) =>
  (Object.keys(ways) as (keyof typeof ways)[]).map((screen) => ({ ...size, turn, screen })),
);

// Each key at one of the sizes; in the long run, at both.
test.for(walks)("each key of $screen does what ? says, at $columns columns", async (walk) => {
  const { screen, columns, rows, turn } = walk;
  using folder = new TemporaryFolder();
  using tmux = new Tmux(["tui", "--db", imported(folder)], { columns, rows });
  await tmux.shows(ways.overview[1]);
  const [way, arrived] = ways[screen];
  const own = screenBindings[screen];
  const all = screen === "overview" ? [...own, ...commonBindings] : own;
  const presses = all
    .filter(({ command }) => command !== "quit")
    .flatMap(({ keys, command }) => keys.map((key) => ({ key, command })))
    .filter((_, index) => isLong || index % sizes.length === turn);
  for (const { key, command } of presses) {
    // From the beginning each time: no key may depend on the one before. What SQL answers is on
    // the screen when all of this has come there.
    const mark = `${command} by ${tmuxKey(key)}!`;
    tmux.type(`:all\r:sql SELECT 'then ' || '${mark}'\r`);
    await tmux.shows(`then ${mark}`);
    for (const step of way) {
      tmux.press(step);
      if (step === "2") await tmux.shows(ways.flows[1]);
    }
    await tmux.shows(arrived);
    tmux.press(tmuxKey(key));
    await tmux.shows(expected[`${screen} ${command}`] ?? movement);
    if (!asks.has(command)) continue;
    tmux.press("Escape");
    // What follows at once belongs to it: Alt and a key are sent so.
    await sleep(ESCAPE_MS);
  }
});

/** The first row of 500 that is on the screen behind a key, pressed where another led to. */
const scrolls: readonly (readonly [before: string, key: string, first: number | "last"])[] = [
  ["g", "Down", 2],
  ["g", "j", 2],
  ["PPage", "NPage", 18],
  ["g", "C-f", 18],
  ["C-f", "PPage", 1],
  ["j", "C-b", 1],
  ["j", "k", 1],
  ["j", "Up", 1],
  ["g", "G", "last"],
  ["g", "End", "last"],
  ["G", "Up", 482],
  ["G", "C-b", 466],
  ["G", "Home", 1],
  ["G", "g", 1],
];

test("keys scroll the rows that a statement gives", async () => {
  using folder = new TemporaryFolder();
  using tmux = new Tmux(["tui", "--db", imported(folder)], sizes[0]);
  await tmux.shows(ways.overview[1]);
  const rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500)";
  tmux.type(`:sql ${rows} SELECT 'row ' || i || '.' AS i FROM n\r`);
  for (const [before, key, first] of scrolls) {
    tmux.press("g");
    await tmux.shows(/\n\s*row 1\./);
    tmux.press(before);
    tmux.press(key);
    const wanted = first === "last" ? /row 500\.\s*\n/ : new RegExp(`i *\\n +row ${first}\\.`);
    await tmux.shows(wanted);
  }
});

test("q gives the terminal back, whole", async () => {
  using folder = new TemporaryFolder();
  using tmux = new Tmux(["tui", "--db", imported(folder)], sizes[0]);
  await tmux.shows(/Sources[^]*▸/);
  tmux.press("q");
  const screen = await tmux.shows("ended 0");
  expect(screen.trim()).toBe("ended 0");
});

test("it follows the size of the terminal, and says when that is too small", async () => {
  using folder = new TemporaryFolder();
  using tmux = new Tmux(["tui", "--db", imported(folder)], sizes[0]);
  await tmux.shows(/Sources[^]*▸/);
  tmux.resize(200, 50);
  await tmux.shows(/Sources.*Destinations.*Ports.*Policies.*Directions/);
  tmux.resize(40, 10);
  await tmux.shows("Needs 60x16 or more");
  tmux.resize(80, 24);
  await tmux.shows(/Sources[^]*Ports[^]*▸|▸[^]*Ports/);
});

test("NO_COLOR leaves colours out and nothing else: what is chosen has its mark", async () => {
  using folder = new TemporaryFolder();
  const db = imported(folder);
  // oxlint-disable-next-line no-control-regex -- SGR sequences that set a colour
  const colour = /\u001b\[(?:[\d;]*;)?(?:3[1-7]|4[1-7]|9\d|[34]8)[;m]/;
  using plain = new Tmux(["tui", "--db", db], { ...sizes[0], environment: { NO_COLOR: "1" } });
  await plain.shows(/Sources[^]*▸/);
  expect(plain.screen(true)).not.toMatch(colour);
  using coloured = new Tmux(["tui", "--db", db], sizes[0]);
  await coloured.shows(/Sources[^]*▸/);
  expect(coloured.screen(true)).toMatch(colour);
  expect(plain.screen().split("\n").slice(0, -2)).toEqual(
    coloured.screen().split("\n").slice(0, -2),
  );
});

test("the screen, its exports and the commands give the same numbers", async () => {
  using folder = new TemporaryFolder();
  const db = imported(folder);
  const filter = ["--protocol", "tcp", "--since", "2026-11-22T14:30:00Z"];
  type Flows = { totals: { packets: number; attempts: number; flows: number }; flows: unknown[] };
  const flows = JSON.parse(denyscope("flows", ...filter, "-o", "json", "--db", db)) as Flows;
  using tmux = new Tmux(["tui", "--db", db], sizes[1]);
  await tmux.shows(/Sources[^]*▸/);
  tmux.press("/");
  tmux.type("protocol tcp");
  tmux.press("Enter", ":");
  tmux.type("since 2026-11-22T14:30:00Z");
  tmux.press("Enter", "2");
  const { packets, attempts, flows: count } = flows.totals;
  const totals = `${packets} packets denied in ${attempts} attempts, ${count} flows`;
  await tmux.shows(totals);
  tmux.press("e", "j");
  await tmux.shows("Written: ");
  tmux.press("e", "c");
  await tmux.shows(/Written: \S*csv/);
  const files = readdirSync(tmux.folder).filter((name) => name.startsWith("denyscope-flows-"));
  const read = (ending: string) =>
    readFileSync(`${tmux.folder}/${files.find((name) => name.endsWith(ending))!}`, "utf8");
  expect(JSON.parse(read(".json"))).toEqual(flows);
  expect(read(".csv").trimEnd().split("\r\n")).toHaveLength(count + 1);
});

test("logs are read while the screen says how far, and shown like a database", async () => {
  using tmux = new Tmux(["tui", ...samples, "--timezone", "UTC"], sizes[0]);
  await tmux.shows(/Sources[^]*▸/);
  const screen = await tmux.shows("read to the end");
  const totals = denyscope("flows", "--log", ...samples, "--timezone", "UTC").split("\n")[0]!;
  expect(screen).toContain(totals);
});

test("what an agent commits appears by itself, and not while the screen is paused", async () => {
  using folder = new TemporaryFolder();
  const db = imported(folder);
  using tmux = new Tmux(["tui", "--db", db], sizes[0]);
  await tmux.shows(/Sources[^]*▸/);
  await tmux.shows(/read .* ago/);
  const before = tmux.screen().split("\n")[2]!;
  tmux.press("=");
  await tmux.shows("‖ paused");
  const more = folder.file("more.log");
  folder.append("more.log", readFileSync(samples[0]!, "utf8").replaceAll("SRC=10.", "SRC=11."));
  denyscope("import", more, "--again", "--timezone", "UTC", "--db", db);
  expect(tmux.screen().split("\n")[2]).toBe(before);
  tmux.press("=");
  await tmux.shows(new RegExp(`Overview[^]*(?<!${before.trim()}\n)Denied packets`));
});

test("a statement that takes hours keeps no screen waiting, and esc stops it", async () => {
  using folder = new TemporaryFolder();
  using tmux = new Tmux(["tui", "--db", imported(folder)], sizes[0]);
  await tmux.shows(/Sources[^]*▸/);
  const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";
  tmux.type(`:sql ${endless} SELECT max(i) FROM n\r`);
  await tmux.shows("Running ... (esc stops it)");
  const running = () => childrenOf(tmux.pid);
  expect(running()).toHaveLength(1);
  tmux.press("2");
  await tmux.shows(/› Flows[^]*▸/);
  tmux.press("Escape");
  await tmux.shows("Running ... (esc stops it)");
  tmux.press("Escape");
  await tmux.shows(/Sources[^]*▸/);
  await expect.poll(running).toEqual([]);
  tmux.type(":sql SELECT 'another'\r");
  await tmux.shows(/another[^]*1 row/);
});

test.for([
  [["tui"], 1, "standard input and output are no terminal"],
  [["tui", "--db", "/nonexistent/x.db"], 1, "no terminal"],
] as const)("without a terminal it says what to use instead: %j", ([args, , expectedText]) => {
  let said = "";
  try {
    execFileSync(process.execPath, [program, ...args], { env: programEnvironment, stdio: "pipe" });
  } catch (error) {
    said = String((error as { stderr: Buffer }).stderr);
  }
  expect(said).toContain(expectedText);
});

test("a log that is not there is told when the terminal is given back", async () => {
  using tmux = new Tmux(["tui", "/nonexistent.log"], sizes[0]);
  expect(await tmux.shows("ended 1")).toContain('"/nonexistent.log"');
});
