import { isWord, key, startsAt } from "../scan.ts";

export const PROGRAM_NONE = 0;
export const PROGRAM_KERNEL = 1;
export const PROGRAM_RSYSLOG = 2;
export const PROGRAM_JOURNALD = 3;
/** denyscope's own log, or what it forwarded and somebody brought back. */
export const PROGRAM_OWN = 4;
export const PROGRAM_ULOGD = 5;
/** A process: it has a number, which the kernel has not. */
export const PROGRAM_PROCESS = 6;

const named: readonly (readonly [Uint8Array, number])[] = [
  [key("kernel"), PROGRAM_KERNEL],
  [key("denyscope"), PROGRAM_OWN],
  [key("rsyslogd"), PROGRAM_RSYSLOG],
  [key("systemd-journald"), PROGRAM_JOURNALD],
  // Linux keeps 15 characters of a process' name.
  [key("systemd-journal"), PROGRAM_JOURNALD],
  [key("journal"), PROGRAM_JOURNALD],
  [key("ulogd"), PROGRAM_ULOGD],
];

/** `rsyslogd-2177`: rsyslog puts the number of an error behind its name. */
const RSYSLOG_WITH_NUMBER = key("rsyslogd-");

/** The program that a tag without its colon and process number names. */
export function programOf(text: Uint8Array, start: number, end: number): number {
  for (let i = 0; i < named.length; i++) {
    const entry = named[i]!;
    if (isWord(text, start, end, entry[0])) return entry[1];
  }
  return startsAt(text, start, end, RSYSLOG_WITH_NUMBER) ? PROGRAM_RSYSLOG : PROGRAM_NONE;
}
