import { randomFrom } from "../../bench/syslog-generator.ts";

const START_MS = Date.UTC(2026, 10, 22, 12);

export type LogShape = {
  readonly seed?: number;
  readonly lines: number;
  /** Seconds after 22 November 2026, noon, at which the first line was written. */
  readonly from?: number;
};

/** Denials by the kernel, ten a second, of a few flows, each with its line end. */
export function denialLines({ seed = 1, lines, from = 0 }: LogShape): string[] {
  const random = randomFrom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: lines }, (_, index) => {
    const stamp = new Date(START_MS + from * 1000 + index * 100).toISOString().replace("Z", "000");
    const uptime = (10_000 + from + index / 10).toFixed(6);
    const host = below(5);
    const route = `IN=cali0123456789a OUT=cali${host}bcdef01234`;
    const addresses = `SRC=10.244.1.${below(20) + 1} DST=10.244.2.${host + 1}`;
    const packet = `LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=${below(65_536)} DF`;
    const ports = `SPT=${32_768 + below(2000)} DPT=${[80, 443, 5432][below(3)]}`;
    const transport =
      random() < 0.7
        ? `PROTO=TCP ${ports} WINDOW=64240 RES=0x00 SYN URGP=0`
        : `PROTO=UDP ${ports} LEN=40`;
    return (
      `${stamp}+00:00 worker-1 kernel: [${uptime}] calico-packet: ${route} ${addresses} ` +
      `${packet} ${transport} \n`
    );
  });
}

/** The same lines as syslog has them: with those of other programs in between. */
export function amongOrdinary(lines: readonly string[]): string[] {
  return lines.flatMap((line, index) => {
    const header = line.slice(0, line.indexOf(" kernel:"));
    return index % 3 === 0 ? [`${header} CRON[${index}]: (root) CMD (true)\n`, line] : [line];
  });
}
