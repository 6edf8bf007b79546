import { reading } from "./database.ts";
import { whileUnwritten } from "./while-unwritten.ts";

const NUMBER_MAX = 2 ** 24 - 1;
const wholeLine =
  /^\d{4}-\d\d-\d\dT[\d:.]+\+00:00 worker kernel: .* SRC=10\.(\d+)\.(\d+)\.(\d+) .* URGP=0 $/;

/**
 * A denial with its line end, written now, whose source address is its number: each is a flow of
 * its own, so that the database tells how often each line was counted.
 */
export function numberedLine(number: number): string {
  if (number > NUMBER_MAX) throw new RangeError(`Cannot number a line ${number}: too high`);
  const stamp = new Date().toISOString().replace("Z", "000+00:00");
  const source = `10.${number >>> 16}.${(number >>> 8) & 255}.${number & 255}`;
  return (
    `${stamp} worker kernel: [${(number / 10).toFixed(6)}] calico-packet: ` +
    `IN=cali0123456789a OUT=calibcdef012345 SRC=${source} DST=10.244.2.1 ` +
    "LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=4711 DF " +
    "PROTO=TCP SPT=40000 DPT=5432 WINDOW=64240 RES=0x00 SYN URGP=0 \n"
  );
}

/** Lines of consecutive numbers. */
export function numberedLines(from: number, count: number): string {
  return Array.from({ length: count }, (_, index) => numberedLine(from + index)).join("");
}

/** The number of a line without its end; undefined when it is another line, or not whole. */
export function numberOf(line: string): number | undefined {
  const octets = wholeLine.exec(line)?.slice(1).map(Number);
  if (octets === undefined) return undefined;
  return (octets[0]! << 16) | (octets[1]! << 8) | octets[2]!;
}

/** How often each number was counted; nothing where there is no database yet. */
export const countedNumbers = whileUnwritten((database): ReadonlyMap<number, number> => {
  let rows: { src: Buffer; packets: number }[];
  try {
    rows = reading(database, (open) =>
      open
        .prepare<[], { src: Buffer; packets: number }>(
          `SELECT f.src AS src, sum(d.packets) AS packets
           FROM flow_days d JOIN flows f ON f.id = d.flow GROUP BY f.src`,
        )
        .all(),
    );
  } catch {
    // There is no file yet, or no table in it.
    return new Map();
  }
  return new Map(rows.map(({ src, packets }) => [src.readUIntBE(2, 3), packets]));
});

/** What is wrong with the counts of lines of which each must be there once. */
export function miscounted(
  counted: ReadonlyMap<number, number>,
  wanted: Iterable<number>,
): { readonly missing: readonly number[]; readonly doubled: readonly number[] } {
  return {
    missing: [...wanted].filter((number) => !counted.has(number)),
    doubled: [...counted].filter(([, packets]) => packets !== 1).map(([number]) => number),
  };
}

/** Numbers as a person reads them: `3-7, 9`. */
export function ranges(numbers: readonly number[]): string {
  const sorted = numbers.toSorted((a, b) => a - b);
  const parts: [number, number][] = [];
  for (const number of sorted) {
    const last = parts.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else parts.push([number, number]);
  }
  const SHOWN_MAX = 8;
  const shown = parts
    .slice(0, SHOWN_MAX)
    .map(([from, to]) => (from === to ? from : `${from}-${to}`));
  return (
    shown.join(", ") + (parts.length > SHOWN_MAX ? ` and ${parts.length - SHOWN_MAX} more` : "")
  );
}
