import { existsSync, mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startAgent } from "../agent-run.ts";
import { committedOffset, isLatestEmpty } from "../database.ts";
import { countedNumbers, ranges } from "../numbered-lines.ts";
import type { Running } from "../program.ts";
import { statusOf } from "../queries.ts";
import { type Destroyed, RotatedLog } from "./rotated-log.ts";
import type { Action, Sequence } from "./sequence.ts";
import { faultsOf, type Truth } from "./truth.ts";

const ROTATE_WAIT_MS = 600;
/** An agent that polls and commits has surely closed a file so long after the wait. */
const CLOSING_MS = 3000;
/** A machine may be busy with other things. */
const CAUGHT_UP_MS_MAX = 60_000;
const POLL_MS = 50;
const MEMORY = "/dev/shm";
const LOG_CHARACTERS_MAX = 3000;

/** What became of a sequence: nothing when all promises were kept. */
export type Outcome = { readonly faults: readonly string[]; readonly agentLog: string };

/** Has the sequence happen to a real log and the real agent, and compares what was counted. */
export async function play({ setup, actions }: Sequence): Promise<Outcome> {
  const parent = setup.place === "memory" && existsSync(MEMORY) ? MEMORY : tmpdir();
  using folder = mkdtempDisposableSync(join(parent, "denyscope-model-"));
  const log = new RotatedLog(folder.path, setup, ROTATE_WAIT_MS);
  const game = new Game(log, join(folder.path, "db"));
  try {
    for (const action of actions) await game.act(action);
    await game.end();
  } catch (error) {
    game.faults.push((error as Error).message);
  }
  await game[Symbol.asyncDispose]();
  log.close();
  return { faults: game.faults, agentLog: game.agentLog.slice(-LOG_CHARACTERS_MAX) };
}

class Game implements AsyncDisposable {
  readonly faults: string[] = [];
  agentLog = "";
  readonly #log: RotatedLog;
  readonly #database: string;
  readonly #truth: Truth = {
    destroyedBytes: 0,
    isDestructive: false,
    destroyed: new Set(),
    excused: new Set(),
    seen: new Set(),
  };
  #agent: Running | undefined;
  #isPaused = false;
  /** Since when the agent runs without a break. */
  #runsSince = 0;

  constructor(log: RotatedLog, database: string) {
    this.#log = log;
    this.#database = database;
    log.onDestroyed = (what) => this.#destroyed(what);
    log.isKnown = () => committedOffset(database) !== undefined;
  }

  async act({ name, amount }: Action): Promise<void> {
    const log = this.#log;
    switch (name) {
      case "write":
        return log.write(amount);
      case "half":
        return log.half(amount);
      case "finish":
        return log.write(0);
      case "rotate":
        return log.rotate();
      case "hup":
        return log.hup();
      case "copytruncate":
        return log.copytruncate(amount);
      case "truncate":
        return log.truncate();
      case "regrow":
        return log.regrow(amount);
      case "recreate":
        return log.recreate(amount);
      case "shorter":
      case "longer":
        return log.overwrite(name);
      case "copy":
        return log.copy();
      case "replace":
        return log.replace(amount);
      case "kill":
        return this.#kill();
      case "stop":
        return this.#stop();
      case "start":
        return this.#start();
      case "pause":
        return this.#pause();
      case "continue":
        return this.#continue();
      case "wait":
        return this.#wait("without");
      case "sleep":
        return sleep(amount);
    }
  }

  /** Lets the agent read what is there, ends it, and compares. */
  async end(): Promise<void> {
    await this.#log.hup();
    this.#continue();
    this.#start();
    const wanted = this.#log.present("with");
    await this.#wait("with");
    // What is counted twice is so late, too.
    await sleep(ROTATE_WAIT_MS + POLL_MS);
    await this.#stop();
    const { conservation, losses } = await statusOf(this.#database);
    const counted = countedNumbers(this.#database);
    this.faults.push(...faultsOf(this.#truth, { wanted, counted, conservation, losses }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#kill();
  }

  #start(): void {
    if (this.#agent !== undefined) return;
    const rotateWaitSeconds = ROTATE_WAIT_MS / 1000;
    const plan = { logs: [this.#log.path], database: this.#database, rotateWaitSeconds };
    const agent = startAgent(plan);
    this.#agent = agent;
    this.#runsSince = Date.now();
    void agent.ended.then(({ status, stderr }) => {
      this.agentLog += stderr;
      if (this.#agent === agent) this.faults.push(`the agent ended by itself, ${status}`);
    });
  }

  async #kill(): Promise<void> {
    const agent = this.#agent;
    this.#agent = undefined;
    this.#isPaused = false;
    await agent?.end("SIGKILL");
  }

  async #stop(): Promise<void> {
    this.#continue();
    const agent = this.#agent;
    if (agent === undefined) return;
    this.#agent = undefined;
    const { status, stderr } = await agent.end("SIGTERM");
    // A signal that comes before the program has begun ends it as any other.
    const hadBegun = status !== null || stderr !== "";
    if (status !== 0 && hadBegun) this.faults.push(`SIGTERM ended the agent with ${status}`);
  }

  #pause(): void {
    if (this.#agent === undefined) return;
    process.kill(this.#agent.pid, "SIGSTOP");
    this.#isPaused = true;
  }

  #continue(): void {
    if (this.#agent === undefined || !this.#isPaused) return;
    process.kill(this.#agent.pid, "SIGCONT");
    this.#isPaused = false;
    this.#runsSince = Date.now();
  }

  async #wait(unfinished: "with" | "without"): Promise<void> {
    if (this.#agent === undefined || this.#isPaused) return;
    const present = this.#log.present(unfinished);
    const deadline = Date.now() + CAUGHT_UP_MS_MAX;
    let missing: number[];
    do {
      if (this.#agent === undefined || this.faults.length > 0) return;
      await sleep(POLL_MS);
      const counted = countedNumbers(this.#database);
      missing = [...present.keys()].filter((number) => !counted.has(number));
    } while ((missing.length > 0 || !this.#log.isKnown()) && Date.now() < deadline);
    for (const number of present.keys()) this.#truth.seen.add(number);
    const places = [...new Set(missing.map((number) => present.get(number)))].join(" and ");
    if (missing.length > 0) throw new Error(`not counted in time: ${ranges(missing)} of ${places}`);
  }

  #destroyed({ numbers, bytes, quietSince }: Destroyed): void {
    const truth = this.#truth;
    const counted = countedNumbers(this.#database);
    const isRunning = this.#agent !== undefined && !this.#isPaused;
    const calm = ROTATE_WAIT_MS + CLOSING_MS;
    const isClosed =
      quietSince !== undefined &&
      isRunning &&
      Date.now() - Math.max(quietSince, this.#runsSince) > calm;
    for (const number of numbers) truth.destroyed.add(number);
    if (isClosed && numbers.every((number) => counted.has(number))) return;
    truth.isDestructive = true;
    truth.destroyedBytes += bytes;
    // A log that was not begun to be read, and is another at the next look, nobody can know of. Of
    // a rotated file that was deleted so, the one before is missed, too.
    const isRotated = quietSince !== undefined;
    // An empty one has nothing to be recognised by: an archive is taken for it.
    const mayBeArchive = this.#log.makesArchives && isLatestEmpty(this.#database);
    if ((isRotated && !mayBeArchive) || numbers.some((number) => counted.has(number))) return;
    for (const number of numbers) truth.excused.add(number);
  }
}
