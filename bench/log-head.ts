import { closeSync, openSync, readSync, writeFileSync } from "node:fs";
import type { Peer } from "./peers.ts";

const CHUNK_BYTES = 16 * 1024 * 1024;
const LF = 0x0a;
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** Writes the first lines of a log to another file, as many as there are up to `lines`. */
export function writeHead(log: string, head: string, lines: number, stamps: Peer["stamps"]): void {
  const bytes = firstLines(log, lines);
  if (stamps === undefined) return writeFileSync(head, bytes);
  const stamp = /^\d{4}-(\d\d)-(\d\d)T(\d\d:\d\d:\d\d)\S+/gm;
  const traditional = bytes
    .toString("latin1")
    .replace(stamp, (_, month: string, day: string, time: string) => {
      return `${months[Number(month) - 1]} ${day.replace(/^0/, " ")} ${time}`;
    });
  writeFileSync(head, traditional, "latin1");
}

function firstLines(log: string, lines: number): Buffer {
  const chunks: Buffer[] = [];
  const fd = openSync(log, "r");
  for (let rest = lines; rest > 0; ) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const read = readSync(fd, chunk);
    if (read === 0) break;
    let end = 0;
    while (rest > 0 && end < read) {
      const found = chunk.indexOf(LF, end);
      end = found < 0 || found >= read ? read : found + 1;
      if (found >= 0 && found < read) rest--;
    }
    chunks.push(chunk.subarray(0, end));
  }
  closeSync(fd);
  return Buffer.concat(chunks);
}
