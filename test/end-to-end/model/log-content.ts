import {
  closeSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { numberOf } from "../numbered-lines.ts";

const COMPRESSING_MS = 3;

/**
 * Packs a file as gzip and zstd do: the archive grows beside it, and gets its times, before the
 * file goes.
 */
export async function archive(path: string, format: "gz" | "zst"): Promise<void> {
  const plain = readFileSync(path);
  const packed = format === "gz" ? gzipSync(plain) : zstdCompressSync(plain);
  const fd = openSync(`${path}.${format}`, "w");
  const middle = Math.floor(packed.length / 2);
  writeSync(fd, packed.subarray(0, middle));
  await sleep(COMPRESSING_MS);
  writeSync(fd, packed.subarray(middle));
  closeSync(fd);
  const { atimeMs, mtimeMs } = statSync(path);
  utimesSync(`${path}.${format}`, atimeMs / 1000, mtimeMs / 1000);
  rmSync(path);
}

/** What a log or an archive of it holds. */
export function contentOf(path: string): string {
  const bytes = readFileSync(path);
  if (path.endsWith(".gz")) return gunzipSync(bytes).toString("latin1");
  if (path.endsWith(".zst")) return zstdDecompressSync(bytes).toString("latin1");
  return bytes.toString("latin1");
}

/** The numbers of the lines, with that of a last one without its end. */
export function numbersIn(content: string): number[] {
  return content.split("\n").flatMap((line) => numberOf(line) ?? []);
}
