import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import type { LastBytes } from "./log-summary.ts";

const BYTES_MAX = 1024 * 1024;
const LF = 0x0a;

/** The last whole lines of a file; undefined where it cannot be read. */
export function lastBytes(path: string): LastBytes | undefined {
  try {
    // To open a pipe is to wait for somebody who writes to it.
    if (!statSync(path).isFile()) return undefined;
    const fd = openSync(path, "r");
    try {
      const { size, mtimeMs, birthtimeMs } = fstatSync(fd);
      const from = Math.max(0, size - BYTES_MAX);
      const buffer = Buffer.allocUnsafe(size - from);
      const bytes = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, from));
      const [isWhole, end] = [from === 0, bytes.lastIndexOf(LF) + 1];
      return {
        path,
        bytes: bytes.subarray(isWhole ? 0 : bytes.indexOf(LF) + 1, end),
        end: from + end,
        isWhole,
        modifiedAt: mtimeMs * 1000,
        bornAt: birthtimeMs * 1000,
      };
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
