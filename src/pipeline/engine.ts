import { readFileSync } from "node:fs";
import type { CounterTables, KeyTable } from "../aggregate/counter-tables.ts";
import { PREFIX_INDEXES_MAX } from "../aggregate/line-counter.ts";
import { HALF_KEY_WORDS, RECENT_KEY_WORDS } from "../aggregate/recent-keys.ts";
import { COUNT_COLUMNS } from "../model/count-row.ts";
import { FLOW_WORDS } from "../model/flow-key.ts";
import { recentDenialsMax } from "../model/limits.ts";
import { LINE_WORDS } from "../model/line-words.ts";

/** What src/pipeline/wasm/engine.ts exports. Places are offsets in its memory. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly ordinaryLines: WebAssembly.Global;
  readonly logLines: WebAssembly.Global;
  readonly denials: WebAssembly.Global;
  readonly lastTime: WebAssembly.Global;
  readonly latestTime: WebAssembly.Global;
  allocateInput(bytes: number): number;
  startRun(timeMin: number, timeMax: number): void;
  run(input: number, start: number, end: number, stopsAtDenials: boolean): number;
  countGroup(count: number): void;
  placeFlow(): number;
  learnNode(at: number, length: number, number: number): void;
  learnPrefix(at: number, length: number, number: number): void;
  learnHour(
    at: number,
    bytes: number,
    time: number,
    second: number,
    zone: number,
    zoneBytes: number,
  ): void;
  forgetHour(): void;
  startSession(): void;
  linesPlace(): number;
  timesPlace(): number;
  isDeniedPlace(): number;
  prefixLinesPlace(): number;
  prefixPacketsPlace(): number;
  flowCount(): number;
  flowWordsPlace(): number;
  minuteRows(): number;
  minuteValuesPlace(): number;
  clearMinutes(): void;
  recentCount(): number;
  recentStartPlace(): number;
  recentEndPlace(): number;
  recentFlowPlace(): number;
  recentTimePlace(): number;
  clearRecent(): void;
  upperBoundCount(): number;
  upperBoundMinutesPlace(): number;
  clearUpperBound(): void;
  keyEntriesMax(table: number): number;
  keyPlace(table: number): number;
  keyWordsPlace(table: number): number;
  keyIpv6WordsPlace(table: number): number;
  keyTimesPlace(table: number): number;
  keyTotal(table: number): number;
  keyKeepFrom(table: number): number;
  keyForgottenTime(table: number): number;
  setKeyForgottenTime(table: number, time: number): void;
  loadKey(table: number, ordinal: number, time: number): void;
  /** Frees tables that were replaced by larger ones. */
  __collect(): void;
}

const CONNECTIONS = 0;
const COPIES = 1;

// Built by scripts/build-engine.mjs, beside the folder of the program.
const file = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/engine.wasm" : "../engine.wasm",
  import.meta.url,
);

/** How a stamp is written whose hour was understood. */
export type KnownHour = {
  /** Microseconds since the epoch at which the hour begins. */
  readonly time: number;
  /** Second of the hour. */
  readonly second: number;
  /** Where the text of date and hour ends, and that of the zone is; they begin with the line. */
  readonly bytes: number;
  readonly zoneStart: number;
  readonly zoneBytes: number;
};

/** Counts the lines that nearly all are, much faster than the grammar: WebAssembly. */
export class Engine {
  readonly tables: CounterTables;
  readonly #exports: Exports;

  private constructor(exports: Exports) {
    this.#exports = exports;
    this.tables = tablesOf(exports);
  }

  /** Undefined where it was not built, or where there is no room for its memory. */
  static load(): Engine | undefined {
    try {
      const module = new WebAssembly.Module(readFileSync(file));
      const { exports } = new WebAssembly.Instance(module, { env: { abort } });
      return new Engine(exports as Exports);
    } catch {
      return undefined;
    }
  }

  /** A buffer in the engine's memory: only lines in such a one can be counted here. */
  allocate(bytes: number): Buffer {
    const place = this.#exports.allocateInput(bytes);
    return Buffer.from(this.#exports.memory.buffer, place, bytes);
  }

  owns(buffer: Buffer): boolean {
    return buffer.buffer === this.#exports.memory.buffer;
  }

  /** Begins to count a batch. Times outside of these bounds are for the clock to judge. */
  start(timeMin: number, timeMax: number): void {
    this.#exports.startRun(timeMin, timeMax);
  }

  /**
   * Counts the lines of bytes[start, end), which ends with a line end. Returns where the line
   * begins that the grammar must read, or `end`; also that of a denial, if it is to stop at these.
   */
  run(bytes: Buffer, start: number, end: number, stopsAtDenials: boolean): number {
    return this.#exports.run(bytes.byteOffset, start, end, stopsAtDenials);
  }

  /** Of the lines since start(): ordinary ones, LOG lines, and denials among these. */
  counted(): { readonly ordinary: number; readonly logs: number; readonly denials: number } {
    const { ordinaryLines, logLines, denials } = this.#exports;
    return { ordinary: ordinaryLines.value, logs: logLines.value, denials: denials.value };
  }

  /** Microseconds since the epoch of the last LOG line that run() counted; 0 if it was none. */
  get lastTime(): number {
    return this.#exports.lastTime.value;
  }

  /** The latest time of all that it counted. */
  get latestTime(): number {
    return this.#exports.latestTime.value;
  }

  learnNode(bytes: Buffer, start: number, end: number, number: number): void {
    this.#exports.learnNode(bytes.byteOffset + start, end - start, number);
  }

  /** Not such that only a look at the whole line tells where it begins and ends. */
  learnPrefix(bytes: Buffer, start: number, end: number, number: number): void {
    const prefix = bytes.toString("latin1", start, end);
    // What could be an uptime or a processor, or holds what the prefix ends at.
    if (/^(?: |\[ *[CT]?\d)|IN=/.test(prefix)) return;
    this.#exports.learnPrefix(bytes.byteOffset + start, end - start, number);
  }

  learnHour(bytes: Buffer, start: number, hour: KnownHour): void {
    const at = bytes.byteOffset + start;
    const zone = bytes.byteOffset + hour.zoneStart;
    this.#exports.learnHour(at, hour.bytes, hour.time, hour.second, zone, hour.zoneBytes);
  }

  /** For lines of another source, whose clock may read the same stamp otherwise. */
  forgetHour(): void {
    this.#exports.forgetHour();
  }

  collect(): void {
    this.#exports.__collect();
  }
}

function abort(): void {
  throw new Error("Cannot count: the memory of the counting engine is full");
}

/** Views of the tables; those that grow move, so they are looked for each time. */
function tablesOf(exports: Exports): CounterTables {
  const { memory } = exports;
  const words = (place: number, count: number) => new Int32Array(memory.buffer, place, count);
  const floats = (place: number, count: number) => new Float64Array(memory.buffer, place, count);
  return {
    lines: words(exports.linesPlace(), LINE_WORDS),
    times: floats(exports.timesPlace(), 1),
    isDenied: new Uint8Array(memory.buffer, exports.isDeniedPlace(), PREFIX_INDEXES_MAX),
    prefixLines: floats(exports.prefixLinesPlace(), PREFIX_INDEXES_MAX),
    prefixPackets: floats(exports.prefixPacketsPlace(), PREFIX_INDEXES_MAX),
    flows: {
      get count() {
        return exports.flowCount();
      },
      get words() {
        return words(exports.flowWordsPlace(), exports.flowCount() * FLOW_WORDS);
      },
    },
    minutes: {
      get rows() {
        return exports.minuteRows();
      },
      get values() {
        return floats(exports.minuteValuesPlace(), exports.minuteRows() * COUNT_COLUMNS);
      },
      clear: () => exports.clearMinutes(),
    },
    recent: {
      get count() {
        return exports.recentCount();
      },
      start: words(exports.recentStartPlace(), recentDenialsMax),
      end: words(exports.recentEndPlace(), recentDenialsMax),
      flow: words(exports.recentFlowPlace(), recentDenialsMax),
      time: floats(exports.recentTimePlace(), recentDenialsMax),
      clear: () => exports.clearRecent(),
    },
    attempts: {
      connections: keysOf(exports, CONNECTIONS),
      copies: keysOf(exports, COPIES),
      get upperBoundMinutes() {
        return floats(exports.upperBoundMinutesPlace(), exports.upperBoundCount());
      },
      get upperBoundCount() {
        return exports.upperBoundCount();
      },
      set upperBoundCount(_none: number) {
        exports.clearUpperBound();
      },
    },
    countGroup: (count) => exports.countGroup(count),
    placeFlow: () => exports.placeFlow(),
    startSession: () => exports.startSession(),
  };
}

function keysOf(exports: Exports, table: number): KeyTable {
  const { buffer } = exports.memory;
  const entriesMax = exports.keyEntriesMax(table);
  const places = 2 * entriesMax;
  return {
    entriesMax,
    key: new Int32Array(buffer, exports.keyPlace(table), RECENT_KEY_WORDS),
    words: new Int32Array(buffer, exports.keyWordsPlace(table), places * HALF_KEY_WORDS),
    ipv6Words: new Int32Array(buffer, exports.keyIpv6WordsPlace(table), places * HALF_KEY_WORDS),
    times: new Float64Array(buffer, exports.keyTimesPlace(table), places),
    get total() {
      return exports.keyTotal(table);
    },
    get keepFrom() {
      return exports.keyKeepFrom(table);
    },
    get forgottenTime() {
      return exports.keyForgottenTime(table);
    },
    set forgottenTime(time: number) {
      exports.setKeyForgottenTime(table, time);
    },
    load: (ordinal, time) => exports.loadKey(table, ordinal, time),
  };
}
