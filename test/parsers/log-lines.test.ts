import { describe, expect, test } from "vitest";
import { type ExpectedFields, fieldsLike, readLine } from "./read-line.ts";

/** What a line shows, the line, and what is expected of it. */
type Case = readonly [string, string, ExpectedFields];

const cases: readonly Case[] = [
  [
    "a prefix that holds IN=",
    "2022-07-12T09:01:27.345918+00:00 ubuntu-jammy kernel: [ 1269.733882] IN= foo IN=bar " +
      "ININ: IN=enp0s3 OUT= MAC=00:b3:dd:bc:29:e1:52:54:00:12:35:02:08:00 SRC=93.184.216.34 " +
      "DST=10.0.2.15 LEN=44 TOS=0x00 PREC=0x00 TTL=64 ID=15989 PROTO=TCP SPT=80 DPT=54830 " +
      "SEQ=153856001 ACK=1134538652 WINDOW=65535 RES=0x00 ACK SYN URGP=0 OPT (020405B4)",
    { prefix: "IN= foo IN=bar ININ: ", in: "enp0s3", out: undefined },
  ],
  [
    "a prefix cut at 29 characters, glued to IN=",
    "Mar 15 23:47:36 localhost kernel: [432140.181155] " +
      "DENY_b6de7d0c-4792-4614-5e51-IN=cni-flannel0 OUT=eth0 PHYSIN=veth2938968a " +
      "MAC=0a:58:0a:ff:45:01:0a:58:0a:ff:45:30:08:00 SRC=10.255.69.48 DST=10.0.16.8 LEN=60 " +
      "TOS=0x00 PREC=0x00 TTL=63 ID=8874 DF PROTO=TCP SPT=55198 DPT=80 WINDOW=27400 RES=0x00 " +
      "SYN URGP=0 MARK=0x1",
    { prefix: "DENY_b6de7d0c-4792-4614-5e51-", in: "cni-flannel0", out: "eth0", mark: "0x1" },
  ],
  [
    "a prefix of Felix that lost its separator",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: default knp " +
      "payments/deny-eveIN=cali0123456789a OUT=eth0 " +
      "MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 SRC=10.0.0.1 DST=10.0.0.2 LEN=60 " +
      "TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=1 DPT=2 WINDOW=64240 RES=0x00 SYN " +
      "URGP=0 MARK=0x10000 ",
    { prefix: "default knp payments/deny-eve", in: "cali0123456789a", mark: "0x10000" },
  ],
  [
    "a prefix of Felix that was not cut",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: default gnp deny-all-egress1: " +
      "IN=cali0123456789a OUT=eth0 MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 " +
      "SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=1 " +
      "DPT=2 WINDOW=64240 RES=0x00 SYN URGP=0 ",
    { prefix: "default gnp deny-all-egress1: ", in: "cali0123456789a" },
  ],
  [
    "a prefix that ends in a colon, and no header",
    "Policy-Filter-Dropped:IN=califb3eb82ef50 OUT=ens5 " +
      "MAC=ee:ee:ee:ee:ee:ee:8a:7f:1f:f9:a0:ca:08:00 SRC=100.64.0.7 DST=1.2.3.4 LEN=60 " +
      "TOS=0x00 PREC=0x00 TTL=63 ID=33784 DF PROTO=TCP SPT=55012 DPT=443 WINDOW=65535 " +
      "RES=0x00 SYN URGP=0 MARK=0x10000",
    { prefix: "Policy-Filter-Dropped:", in: "califb3eb82ef50", mark: "0x10000" },
  ],
  [
    "MACSRC=, MACDST= and a VLAN",
    "[12716.993704] test: IN=veth0 OUT= MACSRC=86:6c:92:ea:d6:73 MACDST=0e:3b:eb:86:73:76 " +
      "VPROTO=8100 VID=10 MACPROTO=0800 SRC=192.168.10.2 DST=172.217.168.163 LEN=52 TOS=0x00 " +
      "PREC=0x00 TTL=64 ID=2548 DF PROTO=TCP SPT=55848 DPT=80 WINDOW=501 RES=0x00 ACK FIN " +
      "URGP=0",
    {
      src: "192.168.10.2",
      dst: "172.217.168.163",
      protocol: "tcp",
      mac: { dst: "0e:3b:eb:86:73:76", src: "86:6c:92:ea:d6:73", type: "0800" },
    },
  ],
  [
    "an empty MAC= behind a bridge port",
    "Jan 26 09:28:12 defendo kernel: fw-chk drop [STATE=invalid] IN=ipsec0 OUT= " +
      "PHYSIN=eth1 MAC= SRC=192.168.12.1 DST=192.168.11.1 LEN=52 TOS=0x00 PREC=0x00 TTL=64 " +
      "ID=0 DF PROTO=TCP SPT=7 DPT=52476 WINDOW=64240 RES=0x00 ACK SYN URGP=0 MARK=0x1000000",
    {
      prefix: "fw-chk drop [STATE=invalid] ",
      in: "ipsec0",
      out: undefined,
      mac: undefined,
      src: "192.168.12.1",
      dst: "192.168.11.1",
      mark: "0x1000000",
    },
  ],
  [
    "PHYSIN= between IN= and OUT=",
    "Feb 25 12:11:24 bridge kernel: INBOUND TCP: IN=br0 PHYSIN=eth0 OUT=br0 PHYSOUT=eth1 " +
      "SRC=220.228.136.38 DST=11.11.79.83 LEN=64 TOS=0x00 PREC=0x00 TTL=47 ID=17159 DF " +
      "PROTO=TCP SPT=1629 DPT=139 WINDOW=44620 RES=0x00 SYN URGP=0  ",
    { prefix: "INBOUND TCP: ", in: "br0", out: "br0", mac: undefined, dstPort: 139 },
  ],
  [
    "a bridge port behind OUT=",
    "Jan 21 22:28:23 kw kernel: [UFW BLOCK] IN=docker0 OUT= PHYSIN=veth9d6736b " +
      "MAC=02:42:03:31:03:bd:02:42:ac:11:00:02:08:00 SRC=172.17.0.2 DST=192.168.1.5 LEN=60 " +
      "TOS=0x00 PREC=0x00 TTL=64 ID=46883 DF PROTO=TCP SPT=36484 DPT=9000 WINDOW=64240 " +
      "RES=0x00 SYN URGP=0",
    { prefix: "[UFW BLOCK] ", in: "docker0", out: undefined, uptime: undefined, id: 46883 },
  ],
  [
    "no IN=, behind kube-proxy's IPVS",
    "[  799.618599] calico-packet: IN= OUT=calie5cb85a6dac SRC=10.233.113.81 " +
      "DST=10.233.113.82 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=36055 DF PROTO=TCP SPT=52580 " +
      "DPT=80 WINDOW=64860 RES=0x00 SYN URGP=0 MARK=0x9b100000",
    { in: undefined, out: "calie5cb85a6dac", mac: undefined, mark: "0x9b100000" },
  ],
  [
    "a dot in the name of an interface",
    "Dec  4 01:30:07 node3 kernel: [307753.360525] calico-packet: IN=vxlan.calico " +
      "OUT=cali854fbe58c09 MAC=66:a4:6f:e0:c4:da:66:ca:47:8d:70:51:08:00 SRC=10.233.116.128 " +
      "DST=10.233.71.8 LEN=60 TOS=0x00 PREC=0x00 TTL=62 ID=35584 DF PROTO=TCP SPT=10275 " +
      "DPT=8080 WINDOW=64240 RES=0x00 SYN URGP=0",
    { in: "vxlan.calico", out: "cali854fbe58c09", src: "10.233.116.128" },
  ],
  [
    "UID= and GID=",
    "<6>[ 5739.482168] CMWRAP IN= OUT=ppp0 SRC=10.94.85.105 DST=121.14.125.26 LEN=60 " +
      "TOS=0x00 PREC=0x00 TTL=64 ID=49871 DF PROTO=TCP SPT=51454 DPT=8080 WINDOW=13600 " +
      "RES=0x00 SYN URGP=0 UID=10126 GID=10126",
    { prefix: "CMWRAP ", out: "ppp0", uid: 10126, gid: 10126 },
  ],
  [
    "a prefix of characters that mean something to a RegExp",
    "Mar  1 10:00:00 gw kernel: [14167.983249] ***AviatrixUser***:IN= OUT=eth0 " +
      "SRC=192.168.0.6 DST=68.67.154.85 LEN=64 TOS=0x00 PREC=0x00 TTL=63 ID=28916 DF " +
      "PROTO=TCP SPT=50428 DPT=443 WINDOW=65535 RES=0x00 SYN URGP=0",
    { prefix: "***AviatrixUser***:", in: undefined, out: "eth0" },
  ],
  [
    "no MAC= although there is IN=",
    "Mar  1 10:00:00 gw kernel: x IN=eth0 OUT=eth1 SRC=192.168.1.4 DST=211.125.48.158 " +
      "LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=383 DF PROTO=TCP SPT=1052 DPT=21 WINDOW=5840 " +
      "RES=0x00 CWR ECE SYN URGP=0 ",
    { mac: undefined, in: "eth0", out: "eth1", tcpFlags: ["CWR", "ECE", "SYN"] },
  ],
  [
    "neither IN= nor MAC=",
    "2021-04-05T14:16:31+00:00 kube-node-1 kernel: calico-packet: IN= OUT=eth1 " +
      "SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TOS=0x10 PREC=0x00 TTL=63 ID=26035 DF PROTO=TCP " +
      "SPT=39864 DPT=4317 WINDOW=64240 RES=0x00 SYN URGP=0 MARK=0x73800000 ",
    { prefix: "calico-packet: ", in: undefined, out: "eth1", mac: undefined, mark: "0x73800000" },
  ],
  [
    "an empty MAC= of a tunnel",
    "May 18 18:42:44 ubuntu kernel: [ 1156.246182] calico-drop LOGandDROP: IN=tunl0 " +
      "OUT=cali76be879f658 MAC= SRC=192.168.128.30 DST=192.168.157.26 LEN=60 TOS=0x00 " +
      "PREC=0x00 TTL=62 ID=56743 DF PROTO=TCP SPT=56248 DPT=80 WINDOW=29200 RES=0x00 SYN " +
      "URGP=0 MARK=0xa000000",
    {
      prefix: "calico-drop LOGandDROP: ",
      verdict: "denied",
      mac: undefined,
      dst: "192.168.157.26",
    },
  ],
  [
    "the prefix of a follow-up",
    "2026-10-01T10:00:00.123456+00:00 node1 kernel: calico-packet-rst: IN=cali5a3ff356618 " +
      "OUT=cali754b2327413 MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 SRC=10.4.0.13 " +
      "DST=10.4.0.14 LEN=40 TOS=0x00 PREC=0x00 TTL=63 ID=0 DF PROTO=TCP SPT=12865 DPT=32781 " +
      "WINDOW=0 RES=0x00 ACK RST URGP=0 ",
    { prefix: "calico-packet-rst: ", verdict: "allowed", src: "10.4.0.13" },
  ],
  [
    "a frame around brackets",
    "Mar  1 10:00:05 node1 kernel: message repeated 3 times: [ calico-packet: IN=eth0 " +
      "OUT=cali0123456789a MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 SRC=10.0.0.1 " +
      "DST=10.0.0.2 LEN=56 TOS=0x00 PREC=0x00 TTL=63 ID=0 DF PROTO=ICMP TYPE=3 CODE=3 " +
      "[SRC=10.0.0.2 DST=10.0.0.1 LEN=28 TOS=0x00 PREC=0x00 TTL=63 ID=0 DF PROTO=UDP SPT=1 " +
      "DPT=2 LEN=8 ] ]",
    {
      repeated: 3,
      mark: undefined,
      inner: {
        src: "10.0.0.2",
        dst: "10.0.0.1",
        length: 28,
        tos: 0,
        ttl: 63,
        id: 0,
        protocol: "udp",
        srcPort: 1,
        dstPort: 2,
      },
    },
  ],
  [
    "a frame of rsyslog",
    "2025-09-17T15:22:55.943146+03:00 eliass-System-Product-Name kernel: message repeated " +
      "2 times: [ [UFW BLOCK] IN=wlp6s0 OUT= MAC=18:93:41:60:52:f7:56:6f:d3:25:ee:d2:08:00 " +
      "SRC=192.168.1.224 DST=192.168.1.111 LEN=64 TOS=0x00 PREC=0x00 TTL=64 ID=0 DF " +
      "PROTO=TCP SPT=51419 DPT=9090 WINDOW=65535 RES=0x00 SYN URGP=0 ]",
    { repeated: 2, prefix: "[UFW BLOCK] ", dstPort: 9090, tcpFlags: ["SYN"] },
  ],
];

describe("parseByGrammar() reads", () => {
  test.each(cases)("%s", (_, line, expected) => {
    expect(fieldsLike(line, expected)).toEqual(expected);
  });

  // Its 41st byte is a space: no reason to take it for an Ethernet header.
  test.each([
    ["10.244.17.12", "10.244.17.13", 60],
    ["10.0.0.1", "192.168.100.101", 1500],
    ["192.168.12.1", "192.168.11.1", 52],
    ["10.1.2.3", "10.4.5.6", 12_345],
  ])("an empty MAC= before addresses of any length: %s, %s", (src, dst, length) => {
    const line =
      `Nov 22 14:28:43 n1 kernel: calico-packet: IN=tunl0 OUT=cali76be879f658 MAC= SRC=${src} ` +
      `DST=${dst} LEN=${length} TOS=0x00 PREC=0x00 TTL=62 ID=1 DF PROTO=UDP SPT=1 DPT=2 LEN=32 `;
    const expected = { src, dst, length, srcPort: 1, dstPort: 2, mac: undefined };
    expect(fieldsLike(line, expected)).toEqual(expected);
  });
});

describe("parseByGrammar() tells apart", () => {
  test.each([
    [
      "a rule that traces packets",
      "trace",
      "Sep  4 02:39:10 k8s-master kernel: [ 1293.325796] TRACE: filter:FORWARD:rule:1 " +
        "IN=docker0 OUT=docker0 PHYSIN=vethb91c825 PHYSOUT=veth99590bf " +
        "MAC=02:42:ac:11:00:02:02:42:ac:11:00:03:08:00 SRC=172.17.0.3 DST=172.17.0.2 LEN=84 " +
        "TOS=0x00 PREC=0x00 TTL=64 ID=15820 PROTO=ICMP TYPE=0 CODE=0 ID=1536 SEQ=504",
    ],
    [
      "a packet that conntrack holds for invalid",
      "trace",
      " ip_ct_tcp: SEQ is under the lower bound (already ACKed data retransmitted) IN= OUT= " +
        "SRC=62.241.4.1 DST=151.38.19.110 LEN=40 TOS=0x18 PREC=0x20 TTL=39 ID=62928 PROTO=TCP " +
        "SPT=995 DPT=41567 SEQ=0 ACK=1313396353 WINDOW=0 RES=0x00 ACK RST URGP=0",
    ],
    [
      "ARP",
      "no-address",
      "Jun  6 08:24:14 matrix kernel: [ 2165.874443] test nftIN=ens38 OUT= ARP HTYPE=1 " +
        "PTYPE=0x0800 OPCODE=1 MACSRC=00:50:79:66:68:00 IPSRC=192.168.1.2 " +
        "MACDST=ff:ff:ff:ff:ff:ff IPDST=192.168.1.4  ",
    ],
    [
      "ARP behind MACSRC= and MACDST=",
      "no-address",
      "2026-03-01T10:00:00+00:00 n1 kernel: test: IN=veth0 OUT= MACSRC=86:6c:92:ea:d6:73 " +
        "MACDST=0e:3b:eb:86:73:76 VPROTO=8100 VID=10 MACPROTO=0806 ARP HTYPE=1 PTYPE=0x0800 " +
        "OPCODE=2 MACSRC=86:6c:92:ea:d6:73 IPSRC=192.168.10.2 MACDST=0e:3b:eb:86:73:76 " +
        "IPDST=192.168.10.1",
    ],
  ] as const)("%s", (_, result, line) => {
    expect(readLine(line)).toEqual({ result });
  });

  const packet = "SRC=10.0.0.1 DST=10.0.0.2 LEN=60 ";
  test.each([
    ["a name longer than 15 bytes", "suspect", `IN=cali0123456789abc OUT=eth0 ${packet}`],
    ["a name with a slash", "suspect", `IN=eth0/1 OUT=eth0 ${packet}`],
    ["a name with a colon", "suspect", `IN=eth0 OUT=eth0:1 ${packet}`],
    ["a name of a dot", "suspect", `IN=. OUT=eth0 ${packet}`],
    ["interfaces behind which no packet stands", "unknown-token", "IN=eth0 OUT=eth1 and so on"],
    ["interfaces behind which the line ends", "cut-short", "IN=eth0 OUT=eth1"],
    ["interfaces behind which the line is cut", "cut-short", "IN=eth0 OUT=eth1 SR"],
    ["IN= without OUT=", "ordinary", `IN=eth0 ${packet}`],
    ["words that look like a packet", "ordinary", `calico-packet ${packet}`],
  ] as const)("%s: %s", (_, result, text) => {
    expect(readLine(`Nov 22 14:28:43 worker-1 kernel: x: ${text}`)).toEqual({ result });
  });

  test("what another program writes of IN= and OUT=", () => {
    const line = "Nov 22 14:28:43 worker-1 meter: IN=12 OUT=13 packets";
    expect(readLine(line)).toEqual({ result: "ordinary" });
  });
});
