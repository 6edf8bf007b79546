import type { LossReporter } from "../src/model/line-kind.ts";
import { PROGRAM_JOURNALD, PROGRAM_KERNEL, PROGRAM_RSYSLOG } from "./header/program.ts";
import type { LineRecord } from "./line-record.ts";
import { COLON, decimal, find, isDigit, key, SPACE, skip, skipSpaces, startsAt } from "./scan.ts";

// rsyslog runtime/ratelimit.c: `NAME: N messages lost due to rate-limiting (...)`, and
// `NAME from <...>: begin to drop messages due to rate-limiting`.
const LOST = key(" messages lost due to rate-limiting");
const BEGIN = key(": begin to drop messages due to rate-limiting");
// systemd journald-rate-limit.c, journald-kmsg.c, journald-syslog.c.
const SUPPRESSED = key("Suppressed ");
const MESSAGES_FROM = key(" messages from ");
const MISSED = key("Missed ");
const KERNEL_MESSAGES = key(" kernel messages");
const FORWARDING = key("Forwarding to syslog missed ");
const MESSAGES = key(" messages");
// lib/ratelimit.c: `NAME: N callbacks suppressed`; older printk.c: `printk: N messages suppressed.`
const CALLBACKS = key(" callbacks suppressed");
const PRINTK = key("printk: ");
const PRINTK_SUPPRESSED = key(" messages suppressed");
const PRINTK_DROPPED = key(" messages dropped");
/** On the console: `** N printk messages dropped **`. */
const STARS = key("** ");
const STARS_DROPPED = key(" printk messages dropped **");

/** Inputs of rsyslog that a LOG line may come by. */
const inputs: readonly (readonly [Uint8Array, LossReporter])[] = [
  [key("imklog"), "imklog"],
  [key("imuxsock"), "imuxsock"],
  [key("imjournal"), "imjournal"],
];
const COUNT_MAX = Number.MAX_SAFE_INTEGER;

/**
 * Whether a daemon, or the kernel, says that lines are missing: then record.lost is how many, where
 * it says so, and record.lostBy who. Each says it under its own name only: a tag is no proof, but
 * what a user writes under another is no loss.
 */
export function readLossMessage(bytes: Uint8Array, record: LineRecord): boolean {
  skipSpaces(bytes, record);
  switch (record.program) {
    case PROGRAM_RSYSLOG:
      return readRsyslog(bytes, record);
    case PROGRAM_JOURNALD:
      return readJournald(bytes, record);
    case PROGRAM_KERNEL:
      return readKernel(bytes, record);
    default:
      return false;
  }
}

function readRsyslog(bytes: Uint8Array, record: LineRecord): boolean {
  const { at: start, end } = record;
  const begin = find(bytes, start, end, BEGIN);
  const lost = begin < 0 ? find(bytes, start, end, LOST) : -1;
  if (begin < 0 && lost < 0) return false;
  if (lost >= 0) {
    let digits = lost;
    while (digits > start && isDigit(bytes[digits - 1])) digits--;
    if (digits === lost || digits < start + 2 || bytes[digits - 2] !== COLON) return false;
    record.at = digits;
    record.lost = decimal(bytes, record, COUNT_MAX);
  }
  record.lostBy = "rsyslog";
  for (let i = 0; i < inputs.length; i++) {
    if (startsAt(bytes, start, end, inputs[i]![0])) record.lostBy = inputs[i]![1];
  }
  return true;
}

function readJournald(bytes: Uint8Array, record: LineRecord): boolean {
  if (readCount(bytes, record, SUPPRESSED, MESSAGES_FROM)) record.lostBy = "journald-unit";
  else if (readCount(bytes, record, MISSED, KERNEL_MESSAGES)) record.lostBy = "journald";
  else if (readCount(bytes, record, FORWARDING, MESSAGES)) record.lostBy = "journald-forwarding";
  return record.lostBy !== undefined;
}

function readKernel(bytes: Uint8Array, record: LineRecord): boolean {
  // What printk_ratelimit() of old kernels says: LOG never asks it.
  if (readCount(bytes, record, PRINTK, PRINTK_SUPPRESSED)) {
    record.lostBy = "kernel-ratelimit";
    return true;
  }
  const isPrintk =
    readCount(bytes, record, PRINTK, PRINTK_DROPPED) ||
    readCount(bytes, record, STARS, STARS_DROPPED);
  if (isPrintk) {
    record.lostBy = "printk";
    return true;
  }
  const { at: start, end } = record;
  let at = start;
  while (at < end && bytes[at]! > SPACE && bytes[at] !== COLON) at++;
  if (at === start || at + 1 >= end || bytes[at] !== COLON || bytes[at + 1] !== SPACE) return false;
  record.at = at + 2;
  const count = decimal(bytes, record, COUNT_MAX);
  if (count < 0 || !skip(bytes, record, CALLBACKS)) return false;
  record.lost = count;
  record.lostBy = "kernel-ratelimit";
  return true;
}

/** `before N behind`, N into record.lost. */
function readCount(
  bytes: Uint8Array,
  record: LineRecord,
  before: Uint8Array,
  behind: Uint8Array,
): boolean {
  const start = record.at;
  if (skip(bytes, record, before)) {
    const count = decimal(bytes, record, COUNT_MAX);
    if (count >= 0 && skip(bytes, record, behind)) {
      record.lost = count;
      return true;
    }
  }
  record.at = start;
  return false;
}
