import { closeSync, openSync, writeSync } from "node:fs";
import { ordinaryLine } from "./ordinary-lines.ts";

/** Numbers from a seed (mulberry32), so that a benchmark's input is the same everywhere. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export type InputShape = {
  readonly seed: number;
  readonly lines: number;
  /** How many flows there are to draw from; rare ones may never be drawn. */
  readonly flows: number;
  readonly seconds: number;
  /** Exponent of Zipf's law: 1 when absent; with 0 all flows are equally frequent. */
  readonly skew?: number;
  /** One line in so many is a denial, the others are ordinary; all are denials when absent. */
  readonly linesPerDenial?: number;
};

export type Input = {
  readonly bytes: number;
  readonly denials: number;
  readonly flows: number;
  readonly flowMinutes: number;
};

const START_SECONDS = Date.UTC(2026, 10, 22, 12) / 1000;
const WRITE_BYTES = 4 * 1024 * 1024;

type Flow = { readonly route: string; readonly protocol: "TCP" | "UDP"; readonly port: number };

/**
 * Writes a syslog of denials: flows by Zipf's law (the n-th most frequent has 1/n^skew of the lines
 * of the first), spread evenly over the time, and ordinary lines between them where asked for.
 */
export function writeSyslog(path: string, shape: InputShape): Input {
  const { seed, lines, flows, seconds, skew = 1, linesPerDenial = 1 } = shape;
  const random = randomFrom(seed);
  const all = Array.from({ length: flows }, (_, index) => makeFlow(index, random));
  const cumulative = new Float64Array(flows);
  let weight = 0;
  for (let rank = 0; rank < flows; rank++) {
    weight += 1 / (rank + 1) ** skew;
    cumulative[rank] = weight;
  }
  const seen = new Uint8Array(flows);
  const flowMinutes = new Set<number>();
  const fd = openSync(path, "w");
  let text = "";
  let bytes = 0;
  let denials = 0;
  for (let line = 0; line < lines; line++) {
    const at = (line / lines) * seconds;
    // No number is drawn where there is nothing to choose, so that older inputs stay what they are.
    if (linesPerDenial === 1 || random() * linesPerDenial < 1) {
      const index = rankOf(cumulative, random() * weight);
      denials++;
      seen[index] = 1;
      flowMinutes.add(Math.floor(at / 60) * flows + index);
      text += `${headerOf(at)} ${denialText(all[index]!, at, random)}\n`;
    } else {
      text += `${headerOf(at)} ${ordinaryLine(at, random)}\n`;
    }
    if (text.length >= WRITE_BYTES || line === lines - 1) {
      bytes += writeSync(fd, text);
      text = "";
    }
  }
  closeSync(fd);
  const flowsSeen = seen.reduce((sum, each) => sum + each, 0);
  return { bytes, denials, flows: flowsSeen, flowMinutes: flowMinutes.size };
}

function rankOf(cumulative: Float64Array, value: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cumulative[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function makeFlow(index: number, random: () => number): Flow {
  const octet = () => Math.floor(random() * 254) + 1;
  const hex = () => {
    const digits = (count: number) =>
      Math.floor(random() * 16 ** count)
        .toString(16)
        .padStart(count, "0");
    return digits(6) + digits(5);
  };
  // The index makes every flow distinct.
  const src = `10.${(index >>> 16) & 255}.${(index >>> 8) & 255}.${index & 255}`;
  const dst = `10.244.${octet()}.${octet()}`;
  const mac = "ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00";
  const route = `IN=cali${hex()} OUT=cali${hex()} MAC=${mac} SRC=${src} DST=${dst}`;
  const ports = [80, 443, 5432, 6379, 8080, 9090, 53, 3306];
  const port = ports[Math.floor(random() * ports.length)]!;
  return { route, protocol: port === 53 ? "UDP" : "TCP", port };
}

function headerOf(offset: number): string {
  const stamp = new Date((START_SECONDS + Math.floor(offset)) * 1000).toISOString().slice(0, 19);
  return `${stamp}.${microsOf(offset)}+00:00 worker-pool-1-node-a`;
}

function microsOf(offset: number): string {
  return String(Math.floor((offset % 1) * 1_000_000)).padStart(6, "0");
}

function denialText({ route, protocol, port }: Flow, at: number, random: () => number): string {
  const uptime = `${100_000 + Math.floor(at)}.${microsOf(at)}`;
  const id = Math.floor(random() * 65_536);
  const sourcePort = 32_768 + Math.floor(random() * 28_232);
  const tail =
    protocol === "TCP"
      ? `PROTO=TCP SPT=${sourcePort} DPT=${port} WINDOW=64240 RES=0x00 SYN URGP=0 MARK=0x10000 `
      : `PROTO=UDP SPT=${sourcePort} DPT=${port} LEN=40 MARK=0x10000 `;
  return (
    `kernel: [${uptime}] calico-packet: ${route} ` +
    `LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=${id} DF ${tail}`
  );
}
