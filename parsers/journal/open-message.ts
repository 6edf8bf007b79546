import { setProgram } from "../header/tag.ts";
import { PROGRAM_KERNEL, PROGRAM_NONE, PROGRAM_PROCESS } from "../header/program.ts";
import { type LineRecord, STAMP_ABSOLUTE } from "../line-record.ts";
import { lineBytesMax } from "../../src/model/limits.ts";

const MICROS = 1_000_000;
const LF = 0x0a;
const CR = 0x0d;
/** A message and the host beside it. */
const SCRATCH_BYTES = lineBytesMax + 256;

/** Where a decoded message goes. */
export function scratchOf(record: LineRecord): Uint8Array {
  record.scratch ??= new Uint8Array(SCRATCH_BYTES);
  return record.scratch;
}

/**
 * Makes scratch[0, messageEnd) what is read on, and scratch[messageEnd, hostEnd) the node. A line
 * end that the message brought along is cut off.
 */
export function openMessage(record: LineRecord, messageEnd: number, hostEnd: number): void {
  const text = scratchOf(record);
  let end = messageEnd;
  while (end > 0 && (text[end - 1] === LF || text[end - 1] === CR)) end--;
  record.text = text;
  record.at = 0;
  record.end = end;
  if (hostEnd > messageEnd) {
    record.nodeStart = messageEnd;
    record.nodeEnd = hostEnd;
  }
}

/** __REALTIME_TIMESTAMP: microseconds since the epoch, below zero when it is unknown. */
export function setRealtime(record: LineRecord, micros: number): void {
  if (micros < 0) return;
  record.stamp = STAMP_ABSOLUTE;
  record.stampSeconds = Math.floor(micros / MICROS);
  record.stampMicros = micros % MICROS;
  record.stampDigits = 6;
}

/**
 * _SOURCE_MONOTONIC_TIMESTAMP: for what the kernel wrote it is the time in /dev/kmsg, which is
 * printk's own (journald-kmsg.c), so it is the uptime. __MONOTONIC_TIMESTAMP is when journald
 * read it, and is not.
 */
export function setMonotonic(record: LineRecord, micros: number): void {
  if (micros < 0) return;
  record.uptimeSeconds = Math.floor(micros / MICROS);
  record.uptimeMicros = micros % MICROS;
}

/**
 * SYSLOG_IDENTIFIER is what a writer calls itself, _TRANSPORT what journald knows: only the kernel
 * comes by `kernel` (systemd.journal-fields(7), trusted fields).
 */
export function setOrigin(record: LineRecord, program: number, transport: Transport): void {
  if (transport === "kernel") setProgram(record, PROGRAM_KERNEL);
  else if (transport === "unknown") setProgram(record, program);
  else {
    const isClaim = program === PROGRAM_KERNEL || program === PROGRAM_NONE;
    setProgram(record, isClaim ? PROGRAM_PROCESS : program);
  }
}

export type Transport = "kernel" | "process" | "unknown";
