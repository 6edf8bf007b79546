import { closeSync, openSync, writeSync } from "node:fs";

export type FloodShape = {
  readonly lines: number;
  /** Addresses that the flood comes from, one after the other; each once when they are as many. */
  readonly sources: number;
  /** Sources that were there before, and go on: one line in so many is of one of them. */
  readonly steady: number;
  readonly steadyEvery: number;
  readonly seconds: number;
};

const START_MS = Date.parse("2026-11-22T10:00:00Z");
const DESTINATIONS = 3;
const LINES_PER_WRITE = 20_000;
/** Odd: its multiples pass through all numbers of 24 bits before one comes again. */
const STRIDE = 9_949_861;

export type Flood = { readonly steadyLines: number; readonly perDestination: readonly number[] };

/** Writes a syslog with a flood of forged sources in it. */
export function writeFlood(path: string, shape: FloodShape): Flood {
  const { lines, sources, steady, steadyEvery, seconds } = shape;
  const file = openSync(path, "w");
  let steadyLines = 0;
  const perDestination = Array<number>(DESTINATIONS).fill(0);
  let text = "";
  for (let line = 0; line < lines; line++) {
    const ms = START_MS + Math.floor((line * seconds * 1000) / lines);
    const stamp = `${new Date(ms).toISOString().slice(0, -1)}000+00:00`;
    const isSteady = line < steady || line % steadyEvery === 0;
    const of = line < steady ? line : (line / steadyEvery) % steady;
    if (isSteady) steadyLines++;
    const source = isSteady ? `192.168.7.${of}` : addressOf((line % sources) * STRIDE);
    const destination = (isSteady ? of : line) % DESTINATIONS;
    perDestination[destination]!++;
    text +=
      `${stamp} worker kernel: [${(line / 1000).toFixed(6)}] calico-packet: IN=eth0 ` +
      `OUT=cali0123456789a MAC= SRC=${source} DST=10.244.2.${destination} LEN=60 TOS=0x00 ` +
      `PREC=0x00 TTL=63 ID=${line % 65_536} DF PROTO=TCP SPT=${1024 + (line % 60_000)} DPT=443 ` +
      "WINDOW=64240 RES=0x00 SYN URGP=0 \n";
    if ((line + 1) % LINES_PER_WRITE === 0 || line === lines - 1) {
      writeSync(file, text);
      text = "";
    }
  }
  closeSync(file);
  return { steadyLines, perDestination };
}

/** An address of 16 million: 11.0.0.0/8. */
function addressOf(number: number): string {
  const host = number % 2 ** 24;
  return `11.${host >>> 16}.${(host >>> 8) & 255}.${host & 255}`;
}
