/**
 * Claims, on 1,000,000 denials of 10,000 flows: to parse and count them in memory takes at most
 * four times as long as `rg -c` takes to find them and a fifth of mawk's time, and so does to
 * import them; with 700,000 flows an import is no slower than mawk. Every reader gets the same
 * files in the same run, whole processes are timed, and all that count the key count the same.
 */
import assert from "node:assert/strict";
import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countsOf, countsOfDatabase } from "./counts-per-key.ts";
import { writeHead } from "./log-head.ts";
import { type Command, measure, median, outputOf, type Run } from "./measure.ts";
import { bundledCounter, importInto, removeDatabase } from "./own-commands.ts";
import { mawk, otherPeers, type Peer, ripgrep } from "./peers.ts";
import { type Row, tableOf } from "./ratio-table.ts";
import { type InputShape, writeSyslog } from "./syslog-generator.ts";

const ROUNDS = 5;
/** Lines that tell how many packets a peer finds. */
const CHECKED_LINES = 10_000;
const OF_RIPGREP_MAX = 4;
const OF_MAWK_MAX = 1 / 5;
const IMPORT_OF_MAWK_MAX = 1 / 5;
const COUNT = "denyscope, in memory";
const IMPORT = "denyscope import";

type PeersInput = {
  readonly name: string;
  readonly shape: InputShape;
  /** What the peers that take minutes get. */
  readonly headLines: number;
};

const shape = { seed: 1, lines: 1_000_000, flows: 10_000, seconds: 3600 };
const inputs: readonly PeersInput[] = [
  { name: "all denials, 10,000 flows by Zipf", shape, headLines: 100_000 },
  {
    name: "all denials, some 700,000 flows",
    shape: { ...shape, flows: 1_400_000, skew: 0.25 },
    headLines: 20_000,
  },
  {
    name: "one denial in twenty among ordinary lines",
    shape: { ...shape, linesPerDenial: 20 },
    headLines: 1_000_000,
  },
];

/** One of ours: a row more is an entry more. */
type Own = {
  readonly name: string;
  readonly command: (log: string, database: string) => Command;
  /** Hash of the count of each key, after a run. */
  readonly counts: (log: string, database: string) => string;
  readonly does: string;
};

function ownOnes(countInMemory: (log: string) => Command): readonly Own[] {
  return [
    {
      name: COUNT,
      command: countInMemory,
      counts: (log) => countsOf(countInMemory(log)),
      does: "counts per key, minute and attempt (bench/count-in-memory.ts)",
    },
    {
      name: IMPORT,
      command: (log, database) => importInto(database, log),
      counts: (_, database) => countsOfDatabase(database),
      does: "the same, exactly once into SQLite",
    },
  ];
}

export async function parseAgainstPeers(): Promise<boolean> {
  const missing = [ripgrep, mawk].filter((peer) => !peer.isInstalled());
  if (missing.length > 0) {
    console.log(
      `Nothing to compare with: ${missing.map(({ name }) => name).join(", ")} is missing`,
    );
    return false;
  }
  using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-bench-"));
  const rows: (readonly Row[])[] = [];
  const own = ownOnes(await bundledCounter(folder.path));
  for (const input of inputs) rows.push(await compare(input, own, folder.path));
  return judge(rows[0]!, rows[1]!);
}

async function compare(
  input: PeersInput,
  own: readonly Own[],
  folder: string,
): Promise<readonly Row[]> {
  const log = join(folder, "syslog");
  const { bytes, denials, flows, flowMinutes } = writeSyslog(log, input.shape);
  console.log(
    `\nInput: ${input.name}. ${input.shape.lines} lines, ${bytes} bytes, ${denials} denials, ` +
      `${flows} flows, ${flowMinutes} flow-minutes, seed ${input.shape.seed}`,
  );
  const database = join(folder, "bench.db");
  const timed = await rounds(own, log, database);
  const rows: Row[] = [ripgrep, mawk].map((peer) => ({
    ...peer,
    run: median(timed.get(peer.name)!),
    counts: check(peer, log, folder),
  }));
  const truth = countsOf(mawk.command(log));
  for (const { name, counts, does } of own) {
    assert.equal(counts(log, database), truth, `${name} counts as mawk does`);
    rows.push({ name, does, run: median(timed.get(name)!), counts: "as mawk" });
  }
  for (const peer of otherPeers) {
    if (!peer.isInstalled()) {
      rows.push({ name: peer.name, does: "missing on this machine" });
      continue;
    }
    const run = await once(peer, log, input, folder);
    rows.push({ ...peer, ...run, counts: check(peer, log, folder) });
  }
  console.log(tableOf(rows));
  return rows;
}

/** The quick ones, in turns. The file was read before: it is in the page cache. */
async function rounds(
  own: readonly Own[],
  log: string,
  database: string,
): Promise<ReadonlyMap<string, Run[]>> {
  outputOf(ripgrep.command(log));
  const timed = new Map<string, Run[]>();
  const time = async (name: string, command: Command) => {
    const run = await measure(command);
    timed.set(name, [...(timed.get(name) ?? []), run]);
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (const peer of [ripgrep, mawk]) await time(peer.name, peer.command(log));
    removeDatabase(database);
    for (const { name, command } of own) await time(name, command(log, database));
  }
  return timed;
}

/** One run of a slow peer; of the slowest on a head, its time multiplied. */
async function once(
  peer: Peer,
  log: string,
  { shape: { lines }, headLines }: PeersInput,
  folder: string,
): Promise<Pick<Row, "run" | "scaledFrom">> {
  const isHead = peer.runs === "once, on a head" && headLines < lines;
  const head = join(folder, "head");
  const needsFile = isHead || peer.stamps !== undefined;
  if (needsFile) writeHead(log, head, isHead ? headLines : lines, peer.stamps);
  const run = await measure(peer.command(needsFile ? head : log));
  return isHead
    ? { run: { ...run, ms: (run.ms * lines) / headLines }, scaledFrom: headLines }
    : { run };
}

/** How many packets of a short head the peer has read, of those that mawk counts there. */
function check(peer: Peer, log: string, folder: string): string {
  const head = join(folder, "head");
  writeHead(log, head, CHECKED_LINES, undefined);
  const denials = mawk.packetsIn(outputOf(mawk.command(head)));
  writeHead(log, head, CHECKED_LINES, peer.stamps);
  const found = peer.packetsIn(outputOf(peer.command(head)));
  return found === denials ? "all" : `${found} of ${denials}`;
}

function judge(denials: readonly Row[], manyFlows: readonly Row[]): boolean {
  const ms = (rows: readonly Row[], name: string) => rows.find((row) => row.name === name)!.run!.ms;
  const ratio = (rows: readonly Row[], of: string, to: string) => ms(rows, of) / ms(rows, to);
  const goals: readonly (readonly [goal: string, ratio: number, max: number])[] = [
    ["10,000 flows: in memory to rg -c", ratio(denials, COUNT, ripgrep.name), OF_RIPGREP_MAX],
    ["10,000 flows: in memory to mawk", ratio(denials, COUNT, mawk.name), OF_MAWK_MAX],
    ["10,000 flows: import to mawk", ratio(denials, IMPORT, mawk.name), IMPORT_OF_MAWK_MAX],
    ["700,000 flows: in memory to mawk", ratio(manyFlows, COUNT, mawk.name), 1],
    ["700,000 flows: import to mawk", ratio(manyFlows, IMPORT, mawk.name), 1],
  ];
  console.log("");
  for (const [goal, reached, max] of goals) {
    const verdict = reached <= max ? "holds" : "does not hold";
    console.log(`${goal}: ${reached.toFixed(2)}, at most ${max.toFixed(2)}: ${verdict}`);
  }
  return goals.every(([, reached, max]) => reached <= max);
}
