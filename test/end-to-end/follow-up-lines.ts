/** One LOG line in the words of a test; every other field is that of a usual SYN. */
export type Logged = {
  readonly prefix: string;
  readonly src?: string;
  readonly dst?: string;
  readonly srcPort?: number;
  readonly dstPort?: number;
  readonly in?: string;
  readonly out?: string;
  /** Seconds after noon. */
  readonly at?: number;
  /** What stands in place of `PROTO=TCP` and all behind it. */
  readonly transport?: string;
};

const START_MS = Date.UTC(2026, 10, 22, 12);

export function logged(line: Logged): string {
  const { prefix, src = "10.0.0.1", dst = "10.0.0.2", srcPort = 40_000, dstPort = 443 } = line;
  const { in: inName = "cali1", out = "cali2", at = 0 } = line;
  const stamp = new Date(START_MS + at * 1000).toISOString().replace("Z", "000+00:00");
  const tcp = `PROTO=TCP SPT=${srcPort} DPT=${dstPort} WINDOW=64240 RES=0x00 SYN URGP=0 `;
  const { transport = tcp } = line;
  const header = src.includes(":")
    ? "LEN=80 TC=0 HOPLIMIT=63 FLOWLBL=0"
    : "LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF";
  return (
    `${stamp} worker-1 kernel: ${prefix}IN=${inName} OUT=${out} SRC=${src} DST=${dst} ` +
    `${header} ${transport}\n`
  );
}

/** The line that Calico logs of the first packet that comes back. */
export function followUp(prefix: string, line: Omit<Logged, "prefix">, flags = "ACK SYN"): string {
  const { src = "10.0.0.1", dst = "10.0.0.2", srcPort = 40_000, dstPort = 443, ...rest } = line;
  const { in: inName = "cali1", out = "cali2" } = line;
  const transport =
    line.transport ?? `PROTO=TCP SPT=${dstPort} DPT=${srcPort} WINDOW=0 RES=0x00 ${flags} URGP=0 `;
  return logged({ ...rest, prefix, src: dst, dst: src, in: out, out: inName, transport });
}

/** The transport part of an ICMP error about a UDP packet. */
export function unreachable({ src = "10.0.0.1", dst = "10.0.0.2", dstPort = 53 }): string {
  const [name, type, header] = src.includes(":")
    ? ["ICMPv6", "TYPE=1 CODE=4", "LEN=60 TC=0 HOPLIMIT=63 FLOWLBL=0"]
    : ["ICMP", "TYPE=3 CODE=3", "LEN=40 TOS=0x00 PREC=0x00 TTL=63 ID=2 DF"];
  return `PROTO=${name} ${type} [SRC=${src} DST=${dst} ${header} ${udp(dstPort)}] `;
}

export const udp = (dstPort: number) => `PROTO=UDP SPT=40000 DPT=${dstPort} LEN=20 `;
