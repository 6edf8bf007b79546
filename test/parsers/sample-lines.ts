import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../../samples/", import.meta.url);

/** Every line of samples/*.log, once: what a real kernel and real daemons wrote. */
export const sampleLines: readonly string[] = [
  ...new Set(
    readdirSync(folder)
      .filter((name) => name.endsWith(".log"))
      .flatMap((name) => readFileSync(new URL(name, folder), "latin1").trimEnd().split("\n")),
  ),
];

/** One line of each kind: lines that differ in their values only stand for one another. */
export const sampleKinds: readonly string[] = [
  ...new Map(sampleLines.map((line) => [shapeOf(line), line])).values(),
];

const common =
  /^\S+\+00:00 .* ID=\d+ (DF )?PROTO=(UDP|TCP) SPT=\d+ DPT=\d+ (LEN|WIN\S+ RES=0x00 SYN U)/;

/** Those that the fast path takes: one for each set of keys, whatever their values are like. */
export const commonKinds: readonly string[] = [
  ...new Map(
    sampleKinds
      .filter((line) => common.test(line) && !line.includes("[SRC="))
      .map((line) => [line.replaceAll(/[^A-Z=[\] ]/g, ""), line]),
  ).values(),
];

function shapeOf(line: string): string {
  return line.replaceAll(/[0-9a-f]{2,}|\d/g, "9").replaceAll(/9[9.:]*/g, "9");
}
