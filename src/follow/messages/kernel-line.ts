import { lineBytesMax } from "../../model/limits.ts";

const MICROS = 1_000_000;
const LF = 0x0a;
const CR = 0x0d;
/** rsyslog's form of control characters. */
const ESCAPED_LF = Buffer.from("#012");
const ESCAPED_CR = Buffer.from("#015");

/** The most that one line takes, with its line end. */
export const kernelLineBytesMax = lineBytesMax + 2;

/**
 * Who wrote a message, as the kernel or journald vouches for it. A process that may write to
 * /dev/kmsg comes by the same way as the kernel, but not with the kernel's facility.
 */
export type MessageWriter = "kernel" | "journald" | "process";

const tags: Readonly<Record<MessageWriter, string>> = {
  kernel: "kernel:",
  journald: "systemd-journald:",
  // The kernel has no process number: what looks like a LOG line behind this tag is suspect.
  process: "kmsg[0]:",
};

export type KernelMessage = {
  writer: MessageWriter;
  /** Microseconds since the epoch. */
  time: number;
  /** Microseconds since boot; undefined where nobody has noted them. */
  uptime: number | undefined;
  host: string;
  text: Uint8Array;
};

/**
 * Writes a message as the one line that rsyslog would make of it, `2026-03-01T10:00:00.123456+00:00
 * node1 kernel: [12345.678901] text`, and returns where it ends. So messages of every source are
 * lines like any other: counted by the engine, one for each message, and shown in a familiar form.
 * A line feed in a message begins no second line. Of a line that is too long as much is written as
 * shows that it is.
 */
export function writeKernelLine(message: KernelMessage, into: Buffer, at: number): number {
  const { writer, time, uptime, host, text } = message;
  const limit = at + kernelLineBytesMax - 1;
  let end = at + into.write(stampOf(time), at, "latin1");
  // Bytes that no host's name has would move the tag.
  const name = host.replaceAll(/[^!-~]/g, "?").slice(0, HOST_CHARACTERS_MAX);
  end += into.write(` ${name === "" ? "-" : name} ${tags[writer]} `, end, "latin1");
  if (uptime !== undefined && writer === "kernel") {
    end += into.write(`[${uptimeText(uptime)}] `, end, "latin1");
  }
  end = writeText(text, into, end, limit);
  into[end] = LF;
  return end + 1;
}

const HOST_CHARACTERS_MAX = 255;

let lastSecond = -1;
let lastText = "";

function stampOf(time: number): string {
  const second = Math.floor(time / MICROS);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = new Date(second * 1000).toISOString().slice(0, "2026-03-01T10:00:00".length);
  }
  return `${lastText}.${sixDigits(time - second * MICROS)}+00:00`;
}

/** As printk writes it: `%5lu.%06lu`. */
function uptimeText(micros: number): string {
  const seconds = Math.floor(micros / MICROS);
  return `${String(seconds).padStart(5)}.${sixDigits(micros - seconds * MICROS)}`;
}

function sixDigits(micros: number): string {
  return String(Math.floor(micros)).padStart(6, "0");
}

function writeText(text: Uint8Array, into: Buffer, start: number, limit: number): number {
  let end = start;
  let from = 0;
  // What journald or a process left at the end of a message is no part of it.
  let textEnd = text.length;
  while (textEnd > 0 && (text[textEnd - 1] === LF || text[textEnd - 1] === CR)) textEnd--;
  while (from < textEnd && end < limit) {
    const byte = text[from]!;
    if (byte !== LF && byte !== CR) {
      into[end++] = byte;
      from++;
      continue;
    }
    const escaped = byte === LF ? ESCAPED_LF : ESCAPED_CR;
    end += escaped.copy(into, end, 0, limit - end);
    from++;
  }
  return end;
}
