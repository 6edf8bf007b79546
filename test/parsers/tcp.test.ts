import { describe, expect, test } from "vitest";
import { tcpFlagNames } from "../../src/model/tcp-flags.ts";
import { type ExpectedFields, fieldsLike } from "./read-line.ts";

/** What a line shows, the line, and what is expected of it. */
type Case = readonly [string, string, ExpectedFields];

const cases: readonly Case[] = [
  [
    "no flag at all",
    "Mar 16 21:22:27 linux kernel: [898326.372250] DROP INVALID IN=eth0 OUT= " +
      "MAC=23:87:fc:c6:24:58:00:21:3f:98:99:78:09:00 SRC=192.168.10.55 DST=192.168.10.1 " +
      "LEN=40 TOS=0x00 PREC=0x00 TTL=44 ID=51445 PROTO=TCP SPT=52836 DPT=1025 WINDOW=1024 " +
      "RES=0x00 URGP=0 ",
    { prefix: "DROP INVALID ", tcpFlags: [], window: 1024 },
  ],
  [
    "URG, which is not URGP=",
    "Mar 15 20:57:55 linux kernel: [810454.796629] DROP INVALID IN=eth0 OUT= " +
      "MAC=23:87:fc:c6:24:58:00:21:3f:98:99:78:09:00 SRC=192.168.10.55 DST=192.168.10.1 " +
      "LEN=40 TOS=0x00 PREC=0x00 TTL=44 ID=9043 PROTO=TCP SPT=43347 DPT=1025 WINDOW=1024 " +
      "RES=0x00 URG PSH FIN URGP=0 ",
    { tcpFlags: ["URG", "PSH", "FIN"], dstPort: 1025 },
  ],
  [
    "the flags of ECN, and ECT(0) in TOS=",
    "Oct  2 12:51:56 nas02 kernel: [132632.463572] FINAL_REJECT: IN=ens192 OUT= " +
      "MAC=00:50:56:8d:5a:db:00:50:56:89:1e:11:08:00 SRC=192.168.10.20 DST=192.168.10.10 " +
      "LEN=52 TOS=0x02 PREC=0x00 TTL=128 ID=18232 DF PROTO=TCP SPT=51529 DPT=445 WINDOW=8192 " +
      "RES=0x00 CWR ECE SYN URGP=0",
    { tcpFlags: ["CWR", "ECE", "SYN"], tos: 2 },
  ],
  [
    "AE, the flag of newer kernels",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN=cali0123456789a " +
      "OUT=eth0 MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 SRC=10.0.0.1 DST=10.0.0.2 " +
      "LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=1 DPT=2 WINDOW=64240 RES=0x00 " +
      "AE CWR ECE SYN URGP=0 ",
    { tcpFlags: ["AE", "CWR", "ECE", "SYN"] },
  ],
  [
    "ACK=0, a number and no flag",
    "Jul 21 05:31:48 ubuntu-jammy kernel: [14479.122228] OUT-LOG: IN= OUT=enp0s3 " +
      "SRC=10.0.2.15 DST=93.184.216.34 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=64125 DF " +
      "PROTO=TCP SPT=54832 DPT=80 SEQ=567002889 ACK=0 WINDOW=64240 RES=0x00 SYN URGP=0 OPT " +
      "(020405B40402080A12A016080000000001030307)",
    { tcpFlags: ["SYN"], window: 64240, dstPort: 80 },
  ],
  [
    "OPT (TRUNCATED), which ends the line",
    "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: IN=eth0 OUT= " +
      "MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 SRC=10.0.0.1 DST=10.0.0.2 LEN=60 " +
      "TOS=0x00 PREC=0x00 TTL=64 ID=7 DF PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x00 SYN URGP=0 " +
      "OPT (TRUNCATED)",
    { tcpFlags: ["SYN"], srcPort: 1, dstPort: 2, mark: undefined },
  ],
  [
    "ACK alone, and an id of 0",
    "<6>2021-03-12T14:10:18Z Hostname kernel: [wan-lan-default-D]IN=eth0 OUT= " +
      "MAC=90:10:20:76:8d:20:90:10:65:29:b6:2a:08:00 SRC=67.43.156.15 DST=10.4.0.5 LEN=52 " +
      "TOS=0x00 PREC=0x00 TTL=63 ID=0 DF PROTO=TCP SPT=38842 DPT=443 WINDOW=2853 RES=0x00 " +
      "ACK URGP=0",
    { tcpFlags: ["ACK"], id: 0, window: 2853 },
  ],
  [
    "ACK RST of a follow-up",
    "2026-10-01T10:00:00.123456+00:00 node1 kernel: calico-packet-rst: IN=cali5a3ff356618 " +
      "OUT=cali754b2327413 MAC=ee:ee:ee:ee:ee:ee:f2:f8:09:3d:97:03:08:00 SRC=10.4.0.13 " +
      "DST=10.4.0.14 LEN=40 TOS=0x00 PREC=0x00 TTL=63 ID=0 DF PROTO=TCP SPT=12865 DPT=32781 " +
      "WINDOW=0 RES=0x00 ACK RST URGP=0 ",
    { tcpFlags: ["ACK", "RST"], window: 0, srcPort: 12865, dstPort: 32781 },
  ],
];

test.each(cases)("readTcp() reads %s", (_, line, expected) => {
  expect(fieldsLike(line, expected)).toEqual(expected);
});

const before =
  "Nov 22 14:28:43 worker-1 kernel: calico-packet: IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 " +
  "LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=7 DF PROTO=TCP SPT=1 DPT=2 ";

describe("readTcp()", () => {
  test("reads every set of flags", () => {
    for (let mask = 0; mask < 1 << tcpFlagNames.length; mask++) {
      const tcpFlags = tcpFlagNames.filter((_, bit) => (mask & (1 << bit)) !== 0);
      const flags = tcpFlags.map((name) => `${name} `).join("");
      const line = `${before}WINDOW=64240 RES=0x00 ${flags}URGP=0 `;
      expect(fieldsLike(line, { tcpFlags })).toEqual({ tcpFlags });
    }
  });

  test.each([
    ["WINDOW=", {}],
    ["WINDOW=64", {}],
    ["WINDOW=64240 ", { window: 64240, tcpFlags: [] }],
    ["WINDOW=64240 RES=0x00 SY", { window: 64240, tcpFlags: [] }],
    ["WINDOW=64240 RES=0x00 ACK S", { window: 64240, tcpFlags: ["ACK"] }],
  ] as const)("keeps of a line cut at %j what is certain", (rest, expected) => {
    expect(fieldsLike(before + rest, { window: 0, tcpFlags: 0 })).toEqual(expected);
  });
});
