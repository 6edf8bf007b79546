import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { countedIn, differences, integrityOf } from "./database.ts";
import { addressOf, metricsOf } from "./health-of.ts";
import { Place } from "./import-place.ts";
import { amongOrdinary, denialLines } from "./log-lines.ts";
import { outputOf, type Running, startDenyscope } from "./program.ts";
import { statusOf, untilRead } from "./queries.ts";

const RELOADS = 12;
const LF = 0x0a;
const PIECE_BYTES = 700;
const PIECE_MS = 3;
/** The file is looked at every two seconds. */
const NOTICED_MS_MAX = 20_000;

/** Lines of today, every tenth of another prefix: those of the past have other times. */
function linesOfToday(): string[] {
  const shift = Date.now() - 3_600_000 - Date.UTC(2026, 10, 22, 12);
  return amongOrdinary(denialLines({ seed: 5, lines: 4000 })).map((line, index) => {
    const stamp = line.slice(0, line.indexOf("+"));
    const ms = Date.parse(`${stamp}Z`) + shift;
    const moved = new Date(ms).toISOString().replace("Z", "000") + line.slice(stamp.length);
    return index % 10 === 0 ? moved.replace("calico-packet: ", "site-deny: ") : moved;
  });
}

/** Writes to a log all the time, in pieces that end anywhere, the same lines again and again. */
class Writing {
  readonly #path: string;
  readonly #content: Buffer;
  readonly #done: Promise<void>;
  #isEnding = false;

  constructor(path: string, lines: readonly string[]) {
    this.#path = path;
    this.#content = Buffer.from(lines.join(""));
    this.#done = this.#write();
  }

  /** Ends with a whole line; gives all that were written. */
  async end(): Promise<readonly string[]> {
    this.#isEnding = true;
    await this.#done;
    return readFileSync(this.#path, "utf8").trimEnd().split("\n");
  }

  async #write(): Promise<void> {
    let at = 0;
    for (; !this.#isEnding; at = (at + PIECE_BYTES) % this.#content.length) {
      appendFileSync(this.#path, this.#content.subarray(at, at + PIECE_BYTES));
      if (at + PIECE_BYTES > this.#content.length) at = -PIECE_BYTES;
      await sleep(PIECE_MS);
    }
    if (at > 0) {
      appendFileSync(this.#path, this.#content.subarray(at, this.#content.indexOf(LF, at) + 1));
    }
  }
}

test("reloads lose and double nothing while the log is written", {
  timeout: 120_000,
}, async () => {
  using place = new Place();
  const database = place.path("db");
  const log = place.write("syslog", []);
  const config = place.write("config.yaml", ["logLevel: info\n"]);
  const own = ["--config", config, "--db", database, "--node", "worker"];
  await using agent = startDenyscope(["agent", log, ...own, "--listen", "127.0.0.1:0"]);
  const address = await addressOf(agent);
  const writing = new Writing(log, linesOfToday());
  for (let n = 0; n < RELOADS; n++) {
    await agent.says('"Agent started"', n + 1);
    // Some come in the middle of another.
    agent.signal("SIGHUP");
    if (n % 3 === 0) await sleep(60);
    if (n % 4 === 0) agent.signal("SIGHUP");
  }
  writeFileSync(config, "deniedPrefixes: [calico-packet*, site-deny*]\n");
  await agent.says('"changed":["deniedPrefixes"]', 1, NOTICED_MS_MAX);
  const lines = await writing.end();
  await untilRead(database, lines.length);
  // The next agent judges anew what this one has counted.
  const unknown = async () => (await statusOf(database)).packets.unknown;
  await expect.poll(unknown, { timeout: NOTICED_MS_MAX }).toBe(0);
  const metrics = await metricsOf(address);
  const { conservation, packets, losses, sources } = await statusOf(database);
  const ended = await agent.end("SIGTERM");

  const denied = lines.filter((line) => /calico-packet|site-deny/.test(line)).length;
  expect(ended.status, ended.stderr).toBe(0);
  expect(losses).toEqual([]);
  expect(sources).toHaveLength(1);
  expect(conservation.lines).toMatchObject({ read: lines.length, denials: denied, holds: true });
  expect(packets, "prefixes met before are judged anew").toMatchObject({ denied, unknown: 0 });
  expect(metrics.get('denyscope_reloads_total{result="done"}')).toBeGreaterThanOrEqual(RELOADS);
  expect(metrics.get("denyscope_lines_total"), "they go on").toBe(lines.length);
  expect(integrityOf(database)).toBe("ok");
  const sound = place.path("sound.db");
  await outputOf(["import", log, "--db", sound, "--node", "worker", "--config", config]);
  const [got, wanted] = [countedIn(database), countedIn(sound)];
  expect(differences(got.counts, wanted.counts)).toEqual([]);
});

/** Asks for a reload; gives what the agent says once it says that text once more. */
async function reload(agent: Running, text: string): Promise<string> {
  const before = (await agent.says("")).split(text).length;
  agent.signal("SIGHUP");
  return await agent.says(text, before);
}

test("a configuration that cannot be used is told, and the one before stays", async () => {
  using place = new Place();
  const log = place.write("syslog", denialLines({ lines: 20 }));
  const config = place.write("config.yaml", [`db: ${place.path("db")}\n`]);
  await using agent = startDenyscope(["agent", log, "--config", config, "--listen", "127.0.0.1:0"]);
  const address = await addressOf(agent);
  await untilRead(place.path("db"), 20);
  const refused = '"Cannot reload: the settings before stay in force"';
  for (const [content, reason] of [
    ["nodes: x\n", 'unknown key \\"nodes\\"; did you mean \\"node\\"?'],
    ["db: [\n", "Cannot read configuration"],
    [`db: ${log}\n`, "it is not a SQLite database"],
  ] as const) {
    writeFileSync(config, content);
    expect(await reload(agent, refused)).toContain(reason);
  }
  appendFileSync(log, denialLines({ lines: 10, from: 60 }).join(""));
  await untilRead(place.path("db"), 30);
  const metrics = await metricsOf(address);
  expect(metrics.get('denyscope_reloads_total{result="refused"}')).toBeGreaterThanOrEqual(3);
  expect((await agent.end("SIGTERM")).status).toBe(0);
});

test("a reload takes another database, other logs and another port", async () => {
  using place = new Place();
  const logs = [
    place.write("syslog", denialLines({ lines: 20 })),
    place.write("other", denialLines({ seed: 2, lines: 30 })),
  ] as const;
  const config = place.path("config.yaml");
  const write = (log: string, database: string, port: string) => {
    const db = place.path(database);
    writeFileSync(config, `db: ${db}\nfiles: [${log}]\nlisten: ${port}\nlogLevel: info\n`);
  };
  // The environment of the tests says none, and wins over a file.
  const through = ["env", "--unset=DENYSCOPE_LISTEN"];
  write(logs[0], "first.db", "127.0.0.1:0");
  await using agent = startDenyscope(["agent", "--config", config], { through });
  const first = await addressOf(agent);
  await untilRead(place.path("first.db"), 20);
  write(logs[1], "second.db", '"[::1]:0"');
  await reload(agent, '"Listening"');
  await untilRead(place.path("second.db"), 30);
  await expect(fetch(`http://${first}/livez`)).rejects.toThrow();
  write(logs[1], "second.db", "none");
  await reload(agent, '"Agent started"');
  expect((await agent.end("SIGTERM")).status).toBe(0);
});

test("a swapped link, as of Kubernetes, is a reload where it changes anything", async () => {
  using place = new Place();
  const log = place.write("syslog", denialLines({ lines: 20 }));
  const volume = place.path("volume");
  mkdirSync(volume);
  const swap = (version: string, content: string) => {
    mkdirSync(join(volume, version));
    writeFileSync(join(volume, version, "config.yaml"), content);
    symlinkSync(version, join(volume, "..tmp"));
    renameSync(join(volume, "..tmp"), join(volume, "..data"));
  };
  swap("..1", "logLevel: info\n");
  symlinkSync("..data/config.yaml", join(volume, "config.yaml"));
  const config = ["--config", join(volume, "config.yaml")];
  await using agent = startDenyscope(["agent", log, "--db", place.path("db"), ...config]);
  await agent.says('"Agent started"');
  swap("..2", "# The same settings.\nlogLevel: info\n");
  await sleep(2500);
  swap("..3", "logLevel: info\nfollowUpPrefix: site\n");
  const said = await agent.says('"changed":["followUpPrefix"]', 1, NOTICED_MS_MAX);
  expect(said.split('"Reloading"').length - 1).toBe(1);
});
