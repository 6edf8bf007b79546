/** TCP flags in the order in which the kernel prints them (nf_log_syslog.c); bit i is name i. */
export const tcpFlagNames = ["AE", "CWR", "ECE", "URG", "ACK", "PSH", "RST", "SYN", "FIN"] as const;

export type TcpFlag = (typeof tcpFlagNames)[number];

const known: (readonly TcpFlag[] | undefined)[] = [];

/** The names of a mask; the same list for the same mask. */
export function tcpFlagsOf(mask: number): readonly TcpFlag[] {
  known[mask] ??= tcpFlagNames.filter((_, bit) => (mask & (1 << bit)) !== 0);
  return known[mask];
}
