import fc from "fast-check";
import { tcpFlagNames } from "../../src/model/tcp-flags.ts";

/** A line as the engine reads it, but for what a test wants otherwise. */
export type LineParts = {
  readonly stamp?: string;
  readonly node?: string;
  /** `[12345.678901] `, or nothing. */
  readonly uptime?: string;
  readonly prefix?: string;
  readonly link?: string;
  readonly packet?: string;
};

export const V4 = "SRC=10.244.1.7 DST=10.244.2.9 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=4711 DF ";
export const V6 =
  "SRC=2001:0db8:0000:0000:0000:0000:0000:0001 DST=fe80:0000:0000:0000:0250:56ff:feab:cdef " +
  "LEN=80 TC=0 HOPLIMIT=64 FLOWLBL=123456 ";
export const TCP = "PROTO=TCP SPT=40000 DPT=443 WINDOW=64240 RES=0x00 SYN URGP=0 ";
export const UDP = "PROTO=UDP SPT=5353 DPT=53 LEN=40 ";
const MAC = "MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 ";
export const LINK = `IN=cali0123456789a OUT=cali1bcdef01234 ${MAC}`;

export function lineOf(parts: LineParts = {}): string {
  const { stamp = "2026-11-22T12:00:00.000000+00:00", node = "worker-1" } = parts;
  const { uptime = "[12345.678901] ", prefix = "calico-packet: " } = parts;
  const { link = LINK, packet = `${V4}${TCP}` } = parts;
  return `${stamp} ${node} kernel: ${uptime}${prefix}${link}${packet}`;
}

const unusualAddresses = [
  "0.0.0.0",
  "1.1.1.256",
  "1.1.256.1",
  "1.999.1.1",
  "1.2.3",
  "1.2.3.",
  ".1.2.3",
  "1..2.3",
  "1.2.3.4.5",
  "1.2.3.4x",
  "1.2.3 .4",
  "1.2/3.4",
  "1.2:3.4",
  "1234.1.1.1",
  "1.0001.1.1",
  "1.1.1.1234",
  "255.255.255.255.",
  "255.255.255.2555",
  "1".repeat(40),
  "",
];

/** Parts that a line may have in this place, the first of them nothing unusual. */
export const partKinds: Readonly<Record<keyof LineParts, readonly string[]>> = {
  stamp: [
    "2026-11-22T12:00:00.000000+00:00",
    "2026-11-22T12:59:59.999999+00:00",
    "2026-11-22T12:00:01.5+00:00",
    "2026-11-22T12:00:01.123+00:00",
    "2026-11-22T12:00:01.123456789+00:00",
    "2026-11-22T12:00:01.1234567+00:00",
    "2026-11-22T12:00:01+00:00",
    "2026-11-22T12:00:01.000001Z",
    "2026-11-22T12:00:02.123Z",
    "2026-11-22T12:00:02Z",
    "2026-11-22T12:00:03.000001+02:00",
    "2026-11-22T12:00:03.000001-05:30",
    "2026-11-22T12:00:03,000001+0000",
    "2026-11-22T12:00:60.000001+00:00",
    "2026-11-22T12:60:00.000001+00:00",
    "2026-11-22T12:00:04.000001",
    "2026-11-22 12:00:04.000001",
    "2026-11-22T13:00:00.000000+00:00",
    "2026-11-21T12:00:00.000000+00:00",
    "2027-11-22T12:00:00.000000+00:00",
    "1970-01-01T00:00:09.000000+00:00",
    "Nov 22 12:00:05",
    "Nov 22 12:00:04",
    "Nov 22 12:59:59.123456",
    "Nov 22 13:00:00",
    "Nov  2 12:00:05",
    "Nov 2 12:00:05",
    "Nov 02 12:00:05",
    "Dec 31 23:59:59",
    "Jan  1 00:00:00",
    "Feb 29 12:00:00",
    "2026 Nov 22 12:00:05",
    "<4>Nov 22 12:00:05",
    "<5>1 2026-11-22T12:00:00Z",
    "",
  ],
  node: ["worker-1", "worker-2", "w", "", "kernel:", "worker-1:", "n".repeat(300), "a\tb"],
  uptime: [
    "[12345.678901] ",
    "",
    "[    0.000000] ",
    "[  999.999999] ",
    "[9999999.000001] ",
    "[10000000.000001] ",
    "[99999999.999999] ",
    "[123456789.000001] ",
    "[12345.678902] ",
    "[12345.67890] ",
    "[12345.67890:] ",
    "[12345.67890/] ",
    "[12345.6789012] ",
    "[12345.678901]x",
    "[12345.678901]",
    "[12345.678901][    C3] ",
    "[12345] ",
    "[1.000000] [2.000000] ",
    " [12345.678901] ",
    "[12345.678901]  ",
  ],
  prefix: [
    "calico-packet: ",
    "calico-packet",
    "calico-packet-est: ",
    "calico-response-icmp-err: ",
    "[UFW BLOCK] ",
    "",
    " ",
    "[12345.678901] ",
    "IN=",
    "CHAIN=",
    "IN=eth0 ",
    "IN=eth0 OUT= ",
    "xININ: ",
    "TRACE: raw:PREROUTING:policy:1 ",
    "message repeated 2 times: [ ",
    "denyscope ",
    "p".repeat(127),
    "p".repeat(128),
    "p".repeat(129),
    "p".repeat(300),
    "\u00e9\u00ff ",
    "a\tb ",
  ],
  link: [
    LINK,
    `IN= OUT= `,
    `IN=eth0 OUT= ${MAC}`,
    `IN=eth0 OUT= MAC= `,
    `IN= OUT=eth0 `,
    `IN=123456789012345 OUT=1234567890123456 `,
    `IN=1234567890123456 OUT= `,
    `IN=eth0.90@if3 OUT=...  `,
    `IN=eth0: OUT=a/b `,
    `IN=eth0 OUT=eth1 PHYSIN=veth1 ${MAC}`,
    `IN=eth0 OUT= MAC=EE:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 `,
    `IN=eth0 OUT= MAC=45:00:00:54 `,
    `IN=eth0 OUT= MACSRC=ee:ee:ee:ee:ee:ee MACDST=f2:f8:09:3d:97:03 MACPROTO=0800 `,
    `IN=eth0  OUT= `,
  ],
  packet: [
    `${V4}${TCP}`,
    `${V4}${TCP}MARK=0x10000 `,
    `${V4}${TCP}MARK=0x1`,
    `${V4}${TCP}MARK=0x0 `,
    `${V4}${TCP}MARK=0x012 `,
    `${V4}${TCP}MARK=0x123456789 `,
    `${V4}${TCP}MARK=0xAB `,
    `${V4}${TCP}UID=0 GID=0 `,
    `${V4}${TCP}OPT (020405B4) `,
    `${V4}${TCP.trimEnd()}`,
    `${V4}${TCP} `,
    `${V4}${TCP}\r`,
    `${V4}${TCP.trimEnd()}\r`,
    `${V4}${UDP}`,
    `${V4}${UDP}MARK=0xffffffff `,
    `${V4}PROTO=UDP SPT=0 DPT=0 LEN=65535 `,
    `${V4}PROTO=UDP SPT=65536 DPT=0 LEN=1 `,
    `${V4}PROTO=UDP SPT=00001 DPT=0 LEN=1 `,
    `${V4}PROTO=UDP SPT=000000001 DPT=0 LEN=1 `,
    `${V4}PROTO=TCP SPT=1 DPT=2 SEQ=1 ACK=2 WINDOW=1 RES=0x00 ACK URGP=0 `,
    `${V4}PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x3c URGP=0 `,
    `${V4}PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0xc0 SYN URGP=0 `,
    `${V4}PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x00 ACK SYN SYN URGP=0 `,
    `${V4}PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x00 SYN ACK URGP=0 `,
    `${V4}PROTO=ICMP TYPE=8 CODE=0 ID=7 SEQ=1 `,
    `${V4}PROTO=ICMP TYPE=0 CODE=0 ID=65535 SEQ=65535 MARK=0x1 `,
    `${V4}PROTO=ICMP TYPE=8 CODE=0 ID=65536 SEQ=1 `,
    `${V4}PROTO=ICMP TYPE=8 CODE=0 `,
    `${V4}PROTO=ICMP TYPE=13 CODE=0 `,
    `${V4}PROTO=ICMP TYPE=13 CODE=0 ID=7 SEQ=1 `,
    `${V4}PROTO=ICMP TYPE=255 CODE=255 `,
    `${V4}PROTO=ICMP TYPE=256 CODE=0 `,
    `${V4}PROTO=ICMP TYPE=3 CODE=1 [${V4}${UDP}] `,
    `${V4}PROTO=ICMP TYPE=3 CODE=1 `,
    `${V4}PROTO=ICMP TYPE=5 CODE=1 GATEWAY=10.0.0.1 `,
    `${V4}PROTO=47 `,
    `${V4}PROTO=ESP SPI=0x1 `,
    `${V4}PROTO=ICMPv6 TYPE=128 CODE=0 ID=1 SEQ=1 `,
    `${V6}${TCP}`,
    `${V6}${UDP}MARK=0xff `,
    `${V6}PROTO=ICMPv6 TYPE=128 CODE=0 ID=7 SEQ=1 `,
    `${V6}PROTO=ICMPv6 TYPE=135 CODE=0 `,
    `${V6}PROTO=ICMPv6 TYPE=4 CODE=0 POINTER=00000000 `,
    `${V6}PROTO=ICMPv6 TYPE=1 CODE=0 `,
    `${V6}PROTO=ICMP TYPE=8 CODE=0 ID=7 SEQ=1 `,
    `${V6.replace("2001", "2001:")}${TCP}`,
    `${V6.replace("feab:cdef", "FEAB:CDEF")}${TCP}`,
    `${V6.replace("123456", "1048576")}${TCP}`,
    `${V6.replace("0250:56ff:feab:cdef", "0250:56ff")}${TCP}`,
    `${V4.replace("10.244.1.7", "256.1.1.1")}${TCP}`,
    `${V4.replace("10.244.1.7", "010.1.1.1")}${TCP}`,
    `${V4.replace("10.244.1.7", "255.255.255.255")}${TCP}`,
    ...unusualAddresses.map((address) => `${V4.replace("10.244.1.7", address)}${TCP}`),
    ...unusualAddresses.map((address) => `${V4.replace("10.244.2.9", address)}${TCP}`),
    `${V4.replace("LEN=60", "LEN=9999999")}${TCP}`,
    `${V4.replace("LEN=60", "LEN=99999999999")}${TCP}`,
    `${V4.replace("LEN=60", "LEN=")}${TCP}`,
    `${V4.replace("LEN=60", "LEN=19")}${TCP}`,
    `${V4.replace("LEN=60", "LEN=0")}${TCP}`,
    `${V4.replace("TTL=63", "TTL=256")}${TCP}`,
    `${V4.replace("TOS=0x00", "TOS=0x1E")}${TCP}`,
    `${V4.replace("TOS=0x00", "TOS=0xFF")}${TCP}`,
    `${V4.replace("TOS=0x00", "TOS=0x1e")}${TCP}`,
    `${V4.replace("PREC=0x00", "PREC=0xE0")}${TCP}`,
    `${V4.replace("PREC=0x00", "PREC=0xF0")}${TCP}`,
    `${V4.replace("PREC=0x00", "PREC=0x20")}${TCP}`,
    `${V4.replace("DF ", "")}${TCP}`,
    `${V4.replace("DF ", "CE DF MF ")}${TCP}`,
    `${V4.replace("DF ", "MF FRAG:185 ")}PROTO=UDP `,
    "",
    "SRC=",
  ],
};

/** Everything else that a syslog has, and what only looks like a denial. */
export const otherLines: readonly string[] = [
  "",
  " ",
  "x",
  "Nov 22 12:00:05 worker-1 CRON[1]: (root) CMD (true)",
  "2026-11-22T12:00:00.000000+00:00 worker-1 systemd[1]: Started Session 1.",
  "2026-11-22T12:00:00.000000+00:00 worker-1 app[7]: ALPN=h2 FOO=1 in=2 proto=3 MIN=4",
  "2026-11-22T12:00:00.000000+00:00 worker-1 app[7]: INFO=1 IN=eth0 is up",
  "Nov 22 12:00:05 worker-1 kernel: eth0: renamed from tmp1",
  "IN=",
  "N=",
  "PROTO=",
  "\r",
  "\0\0\0",
  "x".repeat(15),
  "x".repeat(16),
  "x".repeat(17),
  `${"x".repeat(70)}IN=`,
];

const part = (name: keyof LineParts): fc.Arbitrary<string> => {
  const kinds = partKinds[name];
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(kinds[0]!) },
    { weight: 1, arbitrary: fc.constantFrom(...kinds) },
  );
};

/** Prefixes that read otherwise elsewhere: the open cases of engine-traps.test.ts. */
const isTrap = ({ uptime = "", prefix = "" }: LineParts) =>
  prefix.includes("IN=") || prefix.startsWith("[1") || /\] ( |\[)/.test(uptime);

/** Lines of all these parts; most have at most one or two that are unusual. */
export const assembledLine: fc.Arbitrary<string> = fc
  .record({
    stamp: part("stamp"),
    node: part("node"),
    uptime: part("uptime"),
    prefix: part("prefix"),
    link: part("link"),
    packet: part("packet"),
  })
  .filter((parts) => !isTrap(parts))
  .map(lineOf);

const below = (limit: number) => fc.nat({ max: limit - 1 });
const u16 = below(65_536);
/** All but AE, which the grammar reads. */
const flags = fc
  .subarray(tcpFlagNames.slice(1))
  .map((names) => names.map((name) => `${name} `).join(""));
const address = fc
  .tuple(below(256), below(256), below(256), below(256))
  .map((all) => all.join("."));
const group = u16.map((value) => value.toString(16).padStart(4, "0"));
const v6 = fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => groups.join(":"));
const header = fc.oneof(
  fc
    .tuple(address, address, below(65_536), below(256), u16)
    .map(
      ([src, dst, length, ttl, id]) =>
        `SRC=${src} DST=${dst} LEN=${length} TOS=0x00 PREC=0x00 TTL=${ttl} ID=${id} DF `,
    ),
  fc
    .tuple(v6, v6, below(65_536), below(256))
    .map(
      ([src, dst, length, hops]) =>
        `SRC=${src} DST=${dst} LEN=${length} TC=0 HOPLIMIT=${hops} FLOWLBL=0 `,
    ),
);
const transport = fc.oneof(
  fc
    .tuple(u16, u16, u16, flags)
    .map(
      ([from, to, window, names]) =>
        `PROTO=TCP SPT=${from} DPT=${to} WINDOW=${window} RES=0x00 ${names}URGP=0 `,
    ),
  fc
    .tuple(u16, u16, u16)
    .map(([from, to, bytes]) => `PROTO=UDP SPT=${from} DPT=${to} LEN=${bytes} `),
);
const seconds = below(3600);
const clockOf = (second: number) =>
  `${String(Math.floor(second / 60)).padStart(2, "0")}:${String(second % 60).padStart(2, "0")}`;

/** Lines that the engine should count itself, with all the values that their fields can have. */
export const commonLine: fc.Arbitrary<string> = fc
  .record({
    second: seconds,
    micros: below(1_000_000),
    node: fc.constantFrom("worker-1", "worker-2"),
    prefix: fc.constantFrom("calico-packet: ", "[UFW ALLOW] "),
    uptime: below(10_000_000),
    header,
    transport,
    mark: fc.constantFrom("", "MARK=0x10000 "),
  })
  .map(({ second, micros, node, prefix, uptime, mark, ...rest }) =>
    lineOf({
      stamp: `2026-11-22T12:${clockOf(second)}.${String(micros).padStart(6, "0")}+00:00`,
      node,
      prefix,
      uptime: `[${String(uptime).padStart(5)}.${String(micros).padStart(6, "0")}] `,
      packet: rest.header + rest.transport + mark,
    }),
  );
