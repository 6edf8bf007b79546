import { expect, test } from "vitest";
import { type ExpectedFields, fieldsLike } from "./read-line.ts";

/** What a line shows, the line, and what is expected of it. */
type Case = readonly [string, string, ExpectedFields];

const cases: readonly Case[] = [
  [
    "the id of the packet and that of the echo",
    "Apr  3 10:12:30 aks-workerpool1-13987120-vmss000000 kernel: [10821.860593] " +
      "calico-packet: IN=calic440f455693 OUT=eth0 " +
      "MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 SRC=10.244.2.7 DST=8.8.8.8 LEN=84 " +
      "TOS=0x00 PREC=0x00 TTL=63 ID=33536 DF PROTO=ICMP TYPE=8 CODE=0 ID=32113 SEQ=43 ",
    { id: 33536, protocol: "icmp", icmpType: 8, icmpCode: 0, icmpId: 32113, icmpSeq: 43 },
  ],
  [
    "brackets within the brackets, and MTU= behind them",
    "[  168.281559] Inbound IN=wlan0 OUT= MAC=00:1c:df:1b:b7:40:00:1c:df:3b:97:75:08:00 " +
      "SRC=192.168.1.254 DST=192.168.2.2 LEN=56 TOS=0x00 PREC=0x00 TTL=63 ID=0 PROTO=ICMP " +
      "TYPE=3 CODE=4 [SRC=192.168.2.2 DST=83.233.38.158 LEN=1500 TOS=0x00 PREC=0x00 TTL=64 " +
      "ID=18801 DF PROTO=TCP INCOMPLETE [8 bytes] ] MTU=1492 ",
    {
      src: "192.168.1.254",
      dst: "192.168.2.2",
      length: 56,
      icmpType: 3,
      icmpCode: 4,
      mtu: 1492,
      incomplete: undefined,
      inner: {
        src: "192.168.2.2",
        dst: "83.233.38.158",
        length: 1500,
        tos: 0,
        ttl: 64,
        id: 18801,
        protocol: "tcp",
        incomplete: 8,
      },
    },
  ],
  [
    "GATEWAY= before the brackets",
    'kern.info: Oct 12 10:50:34 BAE-vSmart1 kernel: "iptables-dropped:"IN=eth1 OUT= ' +
      "MAC=02:16:4b:9c:a8:1e:02:e1:da:88:fd:b2:08:00 SRC=149.32.1.241 DST=10.0.2.50 LEN=56 " +
      "TOS=0x00 PREC=0x00 TTL=40 ID=0 PROTO=ICMP TYPE=5 CODE=1 GATEWAY=149.32.1.254 " +
      "[SRC=160.1.62.19 DST=149.32.160.51 LEN=44 TOS=0x00 PREC=0xC0 TTL=40 ID=60430 DF " +
      "PROTO=UDP SPT=12446 DPT=12406 LEN=24 ]",
    {
      src: "149.32.1.241",
      icmpType: 5,
      icmpCode: 1,
      gateway: "149.32.1.254",
      dstPort: undefined,
      inner: {
        src: "160.1.62.19",
        dst: "149.32.160.51",
        length: 44,
        tos: 0,
        ttl: 40,
        id: 60430,
        protocol: "udp",
        srcPort: 12446,
        dstPort: 12406,
      },
    },
  ],
  [
    "ICMPv6 within ICMPv6, behind TUNNEL=",
    "Jan 27 20:42:37 gateway kernel: [ 1949.847386] [UFW BLOCK] IN=he-ipv6 OUT= " +
      "MAC=70:71:bc:bc:72:e7:00:23:cd:b0:5a:6e:08:00:45:00:00:ec:00:00:40:00:f7:29:8f:d4:" +
      "d8:42:50:1a:c0:a8:0a:0f " +
      "TUNNEL=216.66.80.26->192.168.10.15 SRC=fe80:0000:0000:0000:0000:0000:d842:501a " +
      "DST=fe80:0000:0000:0000:0000:0000:c0a8:14fd LEN=216 TC=0 HOPLIMIT=64 FLOWLBL=0 " +
      "PROTO=ICMPv6 TYPE=1 CODE=2 [SRC=fe80:0000:0000:0000:0000:0000:c0a8:14fd " +
      "DST=2a00:1450:8006:0000:0000:0000:0000:0093 LEN=168 TC=0 HOPLIMIT=255 FLOWLBL=0 " +
      "PROTO=ICMPv6 TYPE=137 CODE=0 ] ",
    {
      src: "fe80::d842:501a",
      dst: "fe80::c0a8:14fd",
      length: 216,
      icmpType: 1,
      icmpCode: 2,
      inner: {
        src: "fe80::c0a8:14fd",
        dst: "2a00:1450:8006::93",
        length: 168,
        tos: 0,
        ttl: 255,
        protocol: "icmpv6",
        icmpType: 137,
        icmpCode: 0,
      },
    },
  ],
  [
    "an error too short for a packet, and MARK= all the same",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN=eth0 OUT= " +
      "MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 SRC=10.0.0.1 DST=10.0.0.2 LEN=32 " +
      "TOS=0x00 PREC=0x00 TTL=64 ID=7 PROTO=ICMP TYPE=3 CODE=1 INCOMPLETE [12 bytes] " +
      "MARK=0x10000 ",
    { icmpType: 3, icmpCode: 1, incomplete: 12, inner: undefined, mark: "0x10000" },
  ],
  [
    "an error within an error, which has its own MTU=",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN=eth0 OUT= " +
      "MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 SRC=10.0.0.1 DST=10.0.0.2 LEN=56 " +
      "TOS=0x00 PREC=0x00 TTL=64 ID=7 PROTO=ICMP TYPE=11 CODE=0 [SRC=10.0.0.2 DST=10.9.9.9 " +
      "LEN=84 TOS=0x00 PREC=0x00 TTL=1 ID=9 PROTO=ICMP TYPE=3 CODE=4 MTU=1400 ] ",
    {
      icmpType: 11,
      icmpCode: 0,
      mtu: undefined,
      inner: {
        src: "10.0.0.2",
        dst: "10.9.9.9",
        length: 84,
        tos: 0,
        ttl: 1,
        id: 9,
        protocol: "icmp",
        icmpType: 3,
        icmpCode: 4,
        mtu: 1400,
      },
    },
  ],
  [
    "[TRUNCATED], of which nothing could be read",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN=eth0 OUT= " +
      "MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 SRC=10.0.0.1 DST=10.0.0.2 LEN=56 " +
      "TOS=0x00 PREC=0x00 TTL=64 ID=7 PROTO=ICMP TYPE=3 CODE=1 [TRUNCATED] ",
    { icmpType: 3, icmpCode: 1, inner: { truncated: true } },
  ],
  [
    "PARAMETER= and no packet",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN=eth0 OUT= " +
      "MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 SRC=10.0.0.1 DST=10.0.0.2 LEN=56 " +
      "TOS=0x00 PREC=0x00 TTL=64 ID=7 PROTO=ICMP TYPE=12 CODE=0 PARAMETER=20 ",
    { icmpType: 12, icmpCode: 0, inner: undefined },
  ],
  [
    "packet too big, with its MTU= behind the brackets",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN=eth0 OUT= " +
      "MAC=33:33:00:00:00:fb:00:50:b6:4f:94:1f:86:dd " +
      "SRC=fd00:0000:0000:0000:0000:0000:0000:0001 " +
      "DST=fd00:0000:0000:0000:0000:0000:0000:0002 LEN=1280 TC=0 HOPLIMIT=64 FLOWLBL=0 " +
      "PROTO=ICMPv6 TYPE=2 CODE=0 [SRC=fd00:0000:0000:0000:0000:0000:0000:0002 " +
      "DST=fd00:0000:0000:0000:0000:0000:0000:0009 LEN=1500 TC=0 HOPLIMIT=63 FLOWLBL=0 " +
      "PROTO=TCP SPT=443 DPT=50000 WINDOW=1 RES=0x00 ACK URGP=0 ] MTU=1280 ",
    {
      icmpType: 2,
      icmpCode: 0,
      mtu: 1280,
      tcpFlags: undefined,
      inner: {
        src: "fd00::2",
        dst: "fd00::9",
        length: 1500,
        tos: 0,
        ttl: 63,
        protocol: "tcp",
        srcPort: 443,
        dstPort: 50000,
        window: 1,
        tcpFlags: ["ACK"],
      },
    },
  ],
  [
    "an error without brackets (netdev egress)",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN= OUT=eth0 " +
      "SRC=10.0.0.1 DST=10.0.0.2 LEN=56 TOS=0x00 PREC=0x00 TTL=63 ID=1 PROTO=ICMP TYPE=3 " +
      "CODE=3 ",
    { icmpType: 3, icmpCode: 3, inner: undefined, mark: undefined },
  ],
  [
    "MARK= within the brackets, as old kernels print it",
    "Mar  1 10:00:00 gw kernel: [1.000000] x: IN=eth0 OUT= " +
      "MAC=33:33:00:00:00:fb:00:50:b6:4f:94:1f:86:dd " +
      "SRC=fd00:0000:0000:0000:0000:0000:0000:0001 " +
      "DST=fd00:0000:0000:0000:0000:0000:0000:0002 LEN=216 TC=0 HOPLIMIT=64 FLOWLBL=0 " +
      "PROTO=ICMPv6 TYPE=1 CODE=4 [SRC=fd00:0000:0000:0000:0000:0000:0000:0002 " +
      "DST=fd00:0000:0000:0000:0000:0000:0000:0001 LEN=168 TC=0 HOPLIMIT=64 FLOWLBL=0 " +
      "PROTO=UDP SPT=53 DPT=4000 LEN=128 MARK=0x7 ] ",
    {
      icmpType: 1,
      icmpCode: 4,
      mark: "0x7",
      inner: {
        src: "fd00::2",
        dst: "fd00::1",
        length: 168,
        tos: 0,
        ttl: 64,
        protocol: "udp",
        srcPort: 53,
        dstPort: 4000,
      },
    },
  ],
  [
    "a fragment within the brackets",
    "2007-01-09 22:53:54.838031500 <4>NETFILTER drop IN=eth0 OUT= " +
      "MAC=00:19:d1:00:5f:01:00:05:00:1c:58:1c:08:00 SRC=220.233.94.69 DST=80.223.106.128 " +
      "LEN=56 TOS=0x00 PREC=0x00 TTL=46 ID=9052 DF PROTO=ICMP TYPE=3 CODE=3 " +
      "[SRC=80.223.106.128 DST=220.233.94.69 LEN=91 TOS=0x00 PREC=0x20 TTL=43 ID=0 FRAG:64 " +
      "PROTO=UDP ] ",
    {
      src: "220.233.94.69",
      icmpType: 3,
      icmpCode: 3,
      fragmentOffset: undefined,
      inner: {
        src: "80.223.106.128",
        dst: "220.233.94.69",
        length: 91,
        tos: 0,
        ttl: 43,
        id: 0,
        fragmentOffset: 512,
        protocol: "udp",
      },
    },
  ],
];

test.each(cases)("readPacket() reads of ICMP %s", (_, line, expected) => {
  expect(fieldsLike(line, expected)).toEqual(expected);
});
