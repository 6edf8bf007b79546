import { isOneOf } from "./is-one-of.ts";
/** What lines that are no denial can be; conservation counts each kind apart. */
export const otherLineKinds = [
  "ordinary",
  "other-verdict",
  "follow-up",
  "loss-message",
  /** `last message repeated N times`: the record of the line before, N times more. */
  "repeat-of-previous",
  "trace",
  "own",
  "suspect",
  "no-address",
] as const;

export type OtherLineKind = (typeof otherLineKinds)[number];

/** Why a line that has the shape of a netfilter LOG line was not read. */
export const rejectReasons = [
  "bad-address",
  "bad-number",
  "cut-short",
  "unknown-token",
  "unknown-dialect",
  "line-too-long",
] as const;

export type RejectReason = (typeof rejectReasons)[number];

export function isRejectReason(text: string): text is RejectReason {
  return isOneOf(rejectReasons, text);
}

export const rejectReasonHelp: Readonly<Record<RejectReason, string>> = {
  "bad-address": "SRC= or DST= is not an address",
  "bad-number": "a field that must be a number is none, or is out of range",
  "cut-short": "the beginning or the end is missing, and with it fields that a packet must have",
  "unknown-token": "a word stands where the kernel never writes one",
  "unknown-dialect":
    "the packet is written in a way that is not the kernel's, ulogd's or ebtables'",
  "line-too-long": "the line is longer than lineBytesMax",
};

/** Who can say in the log itself that lines are missing from it. */
export const lossReporters = [
  /** `name: N callbacks suppressed`: other messages of the kernel, for LOG is not limited so. */
  "kernel-ratelimit",
  /** Messages that a console did not get. */
  "printk",
  "imklog",
  "imuxsock",
  "imjournal",
  /** Another input of rsyslog. */
  "rsyslog",
  /** Kernel messages that journald itself did not get. */
  "journald",
  /** Messages that journald did not hand on to a syslog daemon. */
  "journald-forwarding",
  /** `Suppressed N messages from UNIT`: of a unit, which the kernel is not. */
  "journald-unit",
] as const;

export type LossReporter = (typeof lossReporters)[number];

/** What is missing by whom, in words. Those who cannot have taken a denial away are left out. */
export const reportedLossDetails: Readonly<Partial<Record<LossReporter, string>>> = {
  printk: "the kernel dropped messages for the console",
  imklog: "rsyslog's imklog dropped kernel messages",
  imuxsock: "rsyslog's imuxsock dropped messages of a process",
  imjournal: "rsyslog's imjournal dropped messages of the journal",
  rsyslog: "an input of rsyslog dropped messages",
  journald: "journald missed kernel messages",
  "journald-forwarding": "journald did not forward messages to syslog",
};

/** Why lines were lost before they could be counted: the rows of the loss ledger. */
export const lossReasons = [
  "archive-corrupt",
  "rotated-unread",
  "truncated",
  "rewritten",
  "unreadable",
  "overrun",
  "reported",
  "source-changed",
  "database-damaged",
  /** Of what was counted; the others are of lines that were not. */
  "not-forwarded",
] as const;

export type LossReason = (typeof lossReasons)[number];

export const lossReasonHelp: Readonly<Record<LossReason, string>> = {
  "archive-corrupt": "an archive could not be decoded to its end",
  "rotated-unread": "what was not read yet is in no file any more",
  truncated: "the file became shorter before it was known to be read to its end",
  rewritten: "what was read was replaced by something else in place",
  unreadable: "the file could not be read",
  overrun: "the kernel's buffer was overwritten before it was read",
  reported: "the kernel or a syslog daemon says that it dropped messages",
  "source-changed": "another source of lines was chosen, and is counted from its end",
  "not-forwarded": "a destination did not get it; it was counted",
  "database-damaged": "the database before was damaged and moved aside",
};
