import type { LossReporter } from "../../src/model/line-kind.ts";

/** A loss message: the line, how many lines it says are lost, and who says so. */
export type LossLine = readonly [string, number | undefined, LossReporter];

const r = "Nov 22 14:28:43 worker-1";

export const lossLines: readonly LossLine[] = [
  [`${r} rsyslogd: imklog: 12 messages lost due to rate-limiting`, 12, "imklog"],
  [
    `${r} rsyslogd: imklog: 3 messages lost due to rate-limiting (20 allowed within 5 seconds)`,
    3,
    "imklog",
  ],
  [
    `${r} rsyslogd[812]: imuxsock[pid: 57, name: /usr/bin/x]: 4881 messages lost due to ` +
      "rate-limiting (20000 allowed within 300 seconds)",
    4881,
    "imuxsock",
  ],
  [
    `${r} rsyslogd: imuxsock[pid 29156]: begin to drop messages due to rate-limiting`,
    undefined,
    "imuxsock",
  ],
  [
    `${r} rsyslogd: imklog from <worker-1:kernel>: begin to drop messages due to rate-limiting`,
    undefined,
    "imklog",
  ],
  [
    "Jun  28 10:32:17 localhost rsyslogd-2177: imjournal: 236 messages lost due to rate-limiting",
    236,
    "imjournal",
  ],
  [
    "<46>1 2026-03-01T10:00:00Z n1 rsyslogd - - -  imjournal: 7 messages lost due to rate-limiting",
    7,
    "imjournal",
  ],
  [`${r} rsyslogd: imudp: 5 messages lost due to rate-limiting`, 5, "rsyslog"],
  [
    `${r} systemd-journald[312]: Suppressed 2052 messages from kubelet.service`,
    2052,
    "journald-unit",
  ],
  [`${r} systemd-journal[1864]: Suppressed 917 messages from /`, 917, "journald-unit"],
  [`${r} journal: Suppressed 17 messages from /system.slice/x.service`, 17, "journald-unit"],
  [`${r} systemd-journald[312]: Missed 1427 kernel messages`, 1427, "journald"],
  [`${r} systemd-journald[312]: Forwarding to syslog missed 3 messages.`, 3, "journald-forwarding"],
  [
    '{"MESSAGE":"Missed 5 kernel messages","SYSLOG_IDENTIFIER":"systemd-journald",' +
      '"_TRANSPORT":"driver"}',
    5,
    "journald",
  ],
  [`${r} kernel: [12345.678901] net_ratelimit: 21 callbacks suppressed`, 21, "kernel-ratelimit"],
  ["[12345.678901] net_ratelimit: 21 callbacks suppressed", 21, "kernel-ratelimit"],
  ["4,12,5678,-;__ratelimit: 6 callbacks suppressed", 6, "kernel-ratelimit"],
  [`${r} kernel: printk: 14 messages suppressed.`, 14, "kernel-ratelimit"],
  [`${r} kernel: printk: 8 messages dropped`, 8, "printk"],
  [`${r} kernel: ** 143 printk messages dropped **`, 143, "printk"],
];

/** Lines of denyscope's own: its log, and what it forwarded. */
export const ownLines: readonly string[] = [
  `${r} denyscope: Following a log`,
  `${r} denyscope[812]: Following a log`,
  `${r} denyscope denied tcp 10.0.0.1:1 -> 10.0.0.2:2`,
  `${r} denyscope calico-packet: IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 `,
  `${r} denyscope[812] calico-packet: IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 `,
  `${r} denyscope`,
  "<13>1 2026-03-01T10:00:00Z n1 denyscope 12 - - Following a log",
  '<13>1 2026-03-01T10:00:00Z n1 denyscope - - [x a="]"] Nov 22 14:28:43 worker-1 kernel: ' +
    "calico-packet: IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 ",
  '{"MESSAGE":"Following a log","SYSLOG_IDENTIFIER":"denyscope"}',
  "<13>1 2026-03-01T10:00:00Z relay vector 9 - - Nov 22 14:28:43 worker-1 denyscope: text",
];

export const repeatLines: readonly string[] = [
  `${r} last message repeated 4 times`,
  `${r} kernel: last message repeated 4 times`,
  `${r} --- last message repeated 4 times ---`,
  "<5>Nov 22 14:28:43 worker-1 last message repeated 4 times",
];

export const tellingLines: readonly string[] = [
  ...lossLines.map(([line]) => line),
  ...ownLines,
  ...repeatLines,
];
