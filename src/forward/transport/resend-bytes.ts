import { readFile } from "node:fs/promises";
import type { Transport } from "./transport.ts";

/** What Linux 6 has, where /proc does not say. */
const TCP_WMEM_BYTES = 4 * 1024 * 1024;
const TCP_RMEM_BYTES = 32 * 1024 * 1024;
const UNIX_BYTES = 4 * 1024 * 1024;
/** What a server has read and not looked at when it is killed; rsyslog reads 128 KiB at once. */
const SERVER_BYTES = 1024 * 1024;

/**
 * How many bytes of a stream may be on their way at most; see `ResendWindow`. The server's kernel
 * is taken to have the limits of this one. A socket of this machine has one buffer, the sender's.
 */
export async function resendBytesOf(transport: Transport): Promise<number> {
  if (transport === "unix") {
    const [max, usual] = await Promise.all([
      lastNumberIn("/proc/sys/net/core/wmem_max"),
      lastNumberIn("/proc/sys/net/core/wmem_default"),
    ]);
    return Math.max(max ?? UNIX_BYTES, usual ?? UNIX_BYTES) + SERVER_BYTES;
  }
  const [send, receive] = await Promise.all([
    lastNumberIn("/proc/sys/net/ipv4/tcp_wmem"),
    lastNumberIn("/proc/sys/net/ipv4/tcp_rmem"),
  ]);
  return (send ?? TCP_WMEM_BYTES) + (receive ?? TCP_RMEM_BYTES) + SERVER_BYTES;
}

/** The third of three is the largest. */
async function lastNumberIn(path: string): Promise<number | undefined> {
  try {
    const text = await readFile(path, "utf8");
    const number = Number(text.trim().split(/\s+/).at(-1));
    return Number.isSafeInteger(number) && number > 0 ? number : undefined;
  } catch {
    return undefined;
  }
}
