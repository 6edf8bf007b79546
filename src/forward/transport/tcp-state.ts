import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { endianness } from "node:os";
import { parseAddress } from "../../model/address.ts";

/** Both ends of a TCP connection, which name it in the kernel's table. */
export type TcpEnds = { readonly family: 4 | 6; readonly key: string };

export type TcpState = {
  /** Both sides have closed, and all that each sent was acknowledged (RFC 9293 section 3.3.2). */
  readonly isTimeWait: boolean;
  /** Of what was sent, or waits to be. */
  readonly unacknowledgedBytes: number;
  /** How often the oldest of them, or a question for room for them, was sent without an answer. */
  readonly vainAttempts: number;
};

const TIME_WAIT = "06";
/** ` st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout`, the numbers of attempts last. */
const FIELDS_LENGTH = " 01 00000005:00000000 04:0000004B 00000000     0        2".length;

/** Undefined for what is no TCP connection. */
export function tcpEndsOf(socket: Socket): TcpEnds | undefined {
  const local = endKey(socket.localAddress, socket.localPort);
  const remote = endKey(socket.remoteAddress, socket.remotePort);
  if (local === undefined || remote === undefined) return undefined;
  return { family: local.family, key: `${local.key} ${remote.key}` };
}

/**
 * What this system's kernel knows of a connection, also for a minute after its end; undefined when
 * it knows none, as after a reset. Any user may read /proc/self/net/tcp (proc_pid_net(5)).
 */
export async function tcpState({ family, key }: TcpEnds): Promise<TcpState | undefined> {
  const table = await readFile(`/proc/self/net/tcp${family === 6 ? "6" : ""}`, "latin1").catch(
    () => "",
  );
  const at = table.indexOf(key);
  if (at < 0) return undefined;
  const fields = table.slice(at + key.length, at + key.length + FIELDS_LENGTH).trim();
  const [state, unacknowledged, , , , retransmits, , probes] = fields.split(/[ :]+/);
  return {
    isTimeWait: state === TIME_WAIT,
    unacknowledgedBytes: Number.parseInt(unacknowledged!, 16),
    vainAttempts: Number.parseInt(retransmits!, 16) + Number.parseInt(probes!, 10),
  };
}

/** As the kernel prints it: words of the address as its processor reads them, and the port. */
function endKey(
  text: string | undefined,
  port: number | undefined,
): { readonly family: 4 | 6; readonly key: string } | undefined {
  const address = parseAddress(text?.replace(/%.*/, "") ?? "");
  if (address === undefined || port === undefined) return undefined;
  const words = address.family === 4 ? address.words.slice(3) : address.words;
  const hex = words.map((word) => hexOf(endianness() === "LE" ? swapped(word) : word, 8));
  return { family: address.family, key: `${hex.join("")}:${hexOf(port, 4)}` };
}

function swapped(word: number): number {
  return (word << 24) | ((word << 8) & 0xff0000) | ((word >>> 8) & 0xff00) | ((word >>> 24) & 0xff);
}

function hexOf(number: number, digits: number): string {
  return (number >>> 0).toString(16).toUpperCase().padStart(digits, "0");
}
