import type { Outgoing } from "../../model/outgoing.ts";

/** RFC 5424 section 6.2.1. */
export const WARNING = 4;
export const NOTICE = 5;
export const INFORMATIONAL = 6;

/**
 * A denial is a policy at work: normal, but worth a look, and Felix has the kernel log it with
 * notice too. What is lost is a warning, for numbers that it touches are too small.
 */
export function severityOf(outgoing: Outgoing): number {
  if (outgoing.kind !== "notice") return NOTICE;
  return outgoing.notice === "start" || outgoing.notice === "stop" ? INFORMATIONAL : WARNING;
}
