import { describe, expect, test } from "vitest";
import { type ExpectedFields, fieldsLike, readLine } from "./read-line.ts";

/** What a line shows, the line, and what is expected of it. */
type Case = readonly [string, string, ExpectedFields];

const ipv4: readonly Case[] = [
  [
    "LEN= of the packet, not of the UDP datagram",
    "2024-10-07T02:35:01.477337+00:00 n1 kernel: [1589215.675090] calico-packet: IN=ens5 " +
      "OUT=tun4 MAC=01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e SRC=1.2.3.4 DST=10.8.0.3 " +
      "LEN=398 TOS=0x00 PREC=0x00 TTL=51 ID=59316 DF PROTO=UDP SPT=50030 DPT=57177 LEN=378 ",
    { length: 398, protocol: "udp", srcPort: 50030, dstPort: 57177 },
  ],
  [
    "a length above 65535, of segmentation offload",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN=cali0123456789a " +
      "OUT=eth0 MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 SRC=10.0.0.1 DST=10.0.0.2 " +
      "LEN=185052 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x00 " +
      "ACK URGP=0 ",
    { length: 185_052, tcpFlags: ["ACK"] },
  ],
  [
    "a later fragment: offset in units of eight bytes, no ports",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN=eth0 " +
      "OUT=cali0123456789a MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 SRC=10.0.0.1 " +
      "DST=10.0.0.2 LEN=1500 TOS=0x00 PREC=0x00 TTL=63 ID=4660 MF FRAG:185 PROTO=UDP ",
    { id: 4660, fragmentMore: true, fragmentOffset: 1480, protocol: "udp", srcPort: undefined },
  ],
  [
    "a later fragment of AH, which has no PROTO=",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN=eth0 " +
      "OUT=cali0123456789a MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 SRC=10.0.0.1 " +
      "DST=10.0.0.2 LEN=1500 TOS=0x00 PREC=0x00 TTL=63 ID=4660 FRAG:370 ",
    { id: 4660, fragmentMore: undefined, fragmentOffset: 2960, protocol: undefined },
  ],
  [
    "options of IP before PROTO=, those of TCP after URGP=",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN=eth0 OUT= " +
      "MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 SRC=10.0.0.1 DST=10.0.0.2 LEN=88 " +
      "TOS=0x00 PREC=0x00 TTL=64 ID=7 DF OPT (94040000) PROTO=TCP SPT=1 DPT=2 WINDOW=1 " +
      "RES=0x00 SYN URGP=0 OPT (020405B4) ",
    { protocol: "tcp", srcPort: 1, dstPort: 2, window: 1, tcpFlags: ["SYN"] },
  ],
  [
    "a TCP header too short to read",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN=eth0 OUT= " +
      "MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 SRC=10.0.0.1 DST=10.0.0.2 LEN=20 " +
      "TOS=0x00 PREC=0x00 TTL=64 ID=7 PROTO=TCP INCOMPLETE [0 bytes] ",
    { protocol: "tcp", incomplete: 0, srcPort: undefined, mark: undefined },
  ],
  [
    "a line cut between its ports",
    "Mar  1 10:00:00 node1 kernel: [1.000000] calico-packet: IN=cali0123456789a OUT=eth0 " +
      "MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 SRC=10.0.0.1 DST=10.0.0.2 LEN=60 " +
      "TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=443 DP",
    { src: "10.0.0.1", dst: "10.0.0.2", srcPort: 443, dstPort: undefined },
  ],
];

const ipv6: readonly Case[] = [
  [
    "a later fragment: FRAG: in bytes, ID: in hex",
    "[ 1655.459371] [UFW BLOCK] IN=eth0 OUT= MAC=33:33:00:00:00:fb:00:50:b6:4f:94:1f:86:dd " +
      "SRC=fe80:0000:0000:0000:0250:b6ff:fe4f:941f " +
      "DST=ff02:0000:0000:0000:0000:0000:0000:00fb LEN=271 TC=0 HOPLIMIT=255 FLOWLBL=0 " +
      "FRAG:1232 ID:2d4055e5 PROTO=UDP ",
    {
      fragmentOffset: 1232,
      fragmentMore: undefined,
      protocol: "udp",
      srcPort: undefined,
      id: undefined,
    },
  ],
  [
    "a first fragment: INCOMPLETE says that more follow",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN=cali0123456789a " +
      "OUT=eth0 MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:86:dd " +
      "SRC=fd00:0000:0000:0000:0000:0000:0000:0001 " +
      "DST=fd00:0000:0000:0000:0000:0000:0000:0002 LEN=1496 TC=0 HOPLIMIT=63 FLOWLBL=1 " +
      "FRAG:0 INCOMPLETE ID:0000beef PROTO=UDP SPT=1000 DPT=2000 LEN=3000 ",
    {
      fragmentOffset: 0,
      fragmentMore: true,
      incomplete: undefined,
      srcPort: 1000,
      dstPort: 2000,
      length: 1496,
    },
  ],
  [
    "an empty OPT ( ) for each extension header",
    "Dec 20 20:10:01 rohan kernel: [  449.059230] DROP IN=eth0 OUT= " +
      "MAC=00:1b:b9:76:9c:e4:00:13:46:3a:41:36:86:dd " +
      "SRC=2012:1234:1234:0000:0000:0000:0000:0001 " +
      "DST=2012:1234:1234:0000:0000:0000:0000:0002 LEN=132 TC=0 HOPLIMIT=64 FLOWLBL=0 OPT ( " +
      ") OPT ( ) OPT ( ) OPT ( ) OPT ( ) OPT ( ) OPT ( ) OPT ( ) OPT ( ) PROTO=TCP SPT=58537 " +
      "DPT=1234 WINDOW=8192 RES=0x00 SYN URGP=0 ",
    { src: "2012:1234:1234::1", protocol: "tcp", srcPort: 58537, dstPort: 1234 },
  ],
  [
    "AH and a fragment within OPT ( )",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN=eth0 OUT= " +
      "MAC=33:33:00:00:00:fb:00:50:b6:4f:94:1f:86:dd " +
      "SRC=fd00:0000:0000:0000:0000:0000:0000:0001 " +
      "DST=fd00:0000:0000:0000:0000:0000:0000:0002 LEN=100 TC=0 HOPLIMIT=64 FLOWLBL=0 OPT ( " +
      "AH SPI=0xbd5df15 ) OPT ( FRAG:0 INCOMPLETE ID:0000beef ) PROTO=TCP SPT=1 DPT=2 " +
      "WINDOW=1 RES=0x00 SYN URGP=0 ",
    { fragmentOffset: 0, fragmentMore: true, protocol: "tcp", dstPort: 2 },
  ],
  [
    "ESP, behind which the line ends",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN=eth0 OUT= " +
      "MAC=33:33:00:00:00:fb:00:50:b6:4f:94:1f:86:dd " +
      "SRC=fd00:0000:0000:0000:0000:0000:0000:0001 " +
      "DST=fd00:0000:0000:0000:0000:0000:0000:0002 LEN=100 TC=0 HOPLIMIT=64 FLOWLBL=0 OPT ( " +
      "ESP SPI=0xcb886522 )",
    { src: "fd00::1", dst: "fd00::2", length: 100, protocol: undefined },
  ],
  [
    "an unknown extension header",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN=eth0 OUT= " +
      "MAC=33:33:00:00:00:fb:00:50:b6:4f:94:1f:86:dd " +
      "SRC=fd00:0000:0000:0000:0000:0000:0000:0001 " +
      "DST=fd00:0000:0000:0000:0000:0000:0000:0002 LEN=100 TC=0 HOPLIMIT=64 FLOWLBL=0 " +
      "Unknown Ext Hdr 135",
    { length: 100, protocol: undefined },
  ],
  [
    "a protocol without a name",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN=eth0 OUT= " +
      "MAC=33:33:00:00:00:fb:00:50:b6:4f:94:1f:86:dd " +
      "SRC=fd00:0000:0000:0000:0000:0000:0000:0001 " +
      "DST=fd00:0000:0000:0000:0000:0000:0000:0002 LEN=40 TC=0 HOPLIMIT=64 FLOWLBL=0 " +
      "PROTO=59 ",
    { length: 40, protocol: "59" },
  ],
  [
    "a flow label and an interface in the prefix",
    "2021-11-04T18:33:46.114797+01:00 rpi4tumhon kernel: [17748.074339][    C0] " +
      '"filter_IN_public_REJECT: "IN=eth0 OUT= ' +
      "MAC=33:33:00:00:00:01:98:9b:cb:9d:f4:36:86:dd " +
      "SRC=fe80:0000:0000:0000:9a9b:cbff:fe9d:f436 " +
      "DST=ff02:0000:0000:0000:0000:0000:0000:0001 LEN=64 TC=0 HOPLIMIT=255 FLOWLBL=758639 " +
      "PROTO=UDP SPT=53805 DPT=53805 LEN=24",
    { tos: 0, ttl: 255, length: 64, dst: "ff02::1", srcPort: 53805, dstPort: 53805 },
  ],
];

describe("readPacket() reads", () => {
  test.each([...ipv4, ...ipv6])("%s", (_, line, expected) => {
    expect(fieldsLike(line, expected)).toEqual(expected);
  });
});

const header = "Nov 22 14:28:43 worker-1 kernel: calico-packet: IN=eth0 OUT= ";
const start4 = "SRC=10.0.0.1 DST=10.0.0.2 ";
const start6 =
  "SRC=fd00:0000:0000:0000:0000:0000:0000:0001 DST=fd00:0000:0000:0000:0000:0000:0000:0002 ";
const tcp = "LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=7 DF PROTO=TCP ";

describe("readPacket() refuses", () => {
  test.each([
    ["bad-address", "SRC=10.0.0.256 DST=10.0.0.2 LEN=60 "],
    ["bad-address", "SRC=10.0.0 DST=10.0.0.2 LEN=60 "],
    ["bad-address", "SRC=10.0.0.1 DST=10.0.0.2000 LEN=60 "],
    ["suspect", "SRC=fd00::1 DST=fd00::2 LEN=60 TC=0 HOPLIMIT=64 FLOWLBL=0 PROTO=59 "],
    ["bad-address", `${start6.replace("0002", "000g")}LEN=60 `],
    ["bad-address", `${start6.replace("0002", "00020")}LEN=60 `],
    ["unknown-token", "SRC=10.0.0.1 DSX=10.0.0.2 LEN=60 "],
    ["unknown-token", `${start4}LAN=60 `],
    ["unknown-token", `${start4}LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=7 PROTO=QQQ `],
    ["bad-number", `${start4}LEN=4294967296 `],
    ["bad-number", `${start4}LEN= TOS=0x00 `],
    ["bad-number", `${start4}LEN=60 TOS=0x100 `],
    ["bad-number", `${start4}LEN=60 TOS=0x00 PREC=0x00 TTL=256 ID=7 PROTO=TCP `],
    ["bad-number", `${start4}LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=65536 PROTO=TCP `],
    ["bad-number", `${start4}LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=7 FRAG:8192 PROTO=TCP `],
    ["bad-number", `${start4}LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=7 PROTO=256 `],
    ["bad-number", `${start4}${tcp}SPT=65536 DPT=2 WINDOW=1 `],
    ["bad-number", `${start4}${tcp}SPT=1 DPT=65536 WINDOW=1 `],
    ["bad-number", `${start4}${tcp}SPT=1 DPT=99999999999999999999 WINDOW=1 `],
    ["bad-number", `${start4}${tcp}SPT=1 DPT=2 WINDOW=65536 `],
    ["bad-number", `${start6}LEN=60 TC=256 HOPLIMIT=64 FLOWLBL=0 PROTO=TCP `],
    ["bad-number", `${start6}LEN=60 TC=0 HOPLIMIT=256 FLOWLBL=0 PROTO=TCP `],
    ["bad-number", `${start6}LEN=60 TC=0 HOPLIMIT=64 FLOWLBL=1048576 PROTO=TCP `],
    ["bad-number", `${start4}LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=7 PROTO=ICMP TYPE=256 CODE=0 `],
    ["cut-short", "SRC="],
    ["cut-short", "SRC=10.0.0.1"],
    ["cut-short", "SRC=10.0.0.1 DST=10.0."],
    ["cut-short", `${start4}LE`],
    ["cut-short", `${start6.trimEnd()}`],
    ["cut-short", start6],
    ["no-address", "TRUNCATED"],
  ])("%s: %s", (reason, packet) => {
    expect(readLine(header + packet)).toEqual({ result: reason });
  });

  test("addresses that somebody made illegible", () => {
    expect(
      readLine(
        "Sep 5 14:34:40 <worker_hostname> kernel: [158271.044316] calico-packet: IN=eth1 OUT= " +
          "MAC=08:00:27:d5:4e:57:0a:00:27:00:00:00:08:00 SRC=192.XXX.XX.X DST=192.XXX.XX.XX " +
          "LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=52866 DF PROTO=TCP SPT=42962 DPT=22 WINDOW=29200 " +
          "RES=0x00 SYN URGP=0",
      ),
    ).toEqual({ result: "bad-address" });
  });

  test("a packet without an IP header, which has no address", () => {
    expect(
      readLine(
        "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN=eth0 OUT= " +
          "MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 TRUNCATED",
      ),
    ).toEqual({ result: "no-address" });
  });
});
