import { describe, expect, test } from "vitest";
import { type ExpectedFields, fieldsLike, readLine } from "./read-line.ts";

const packet =
  "IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP " +
  "SPT=1 DPT=2 WINDOW=1 RES=0x00 SYN URGP=0 ";

const noHeader: ExpectedFields = {
  time: undefined,
  timeInferred: undefined,
  node: undefined,
  uptime: undefined,
  repeated: undefined,
  prefix: undefined,
  dstPort: undefined,
};
const unknownTime = { time: "2026-11-23T00:00:00.000000Z", timeInferred: true };

type Form = {
  readonly shows: string;
  readonly header: string;
  readonly fields: ExpectedFields;
  /** What closes a frame. */
  readonly end?: string;
};

const forms: readonly Form[] = [
  {
    shows: "rsyslog's traditional format",
    header: "Nov 22 14:28:43 worker-1 kernel: [ 1371.899294] calico-packet: ",
    fields: { time: "2026-11-22T14:28:43Z", node: "worker-1", uptime: 1371.899294 },
  },
  {
    shows: "a day padded with a space",
    header:
      "Apr  3 10:12:30 aks-workerpool1-13987120-vmss000000 kernel: [10821.860593] " +
      "calico-packet: ",
    fields: {
      time: "2026-04-03T10:12:30Z",
      node: "aks-workerpool1-13987120-vmss000000",
      uptime: 10821.860593,
    },
  },
  {
    shows: "a day padded with a zero",
    header: "Mar 01 10:00:00 n1 kernel: calico-packet: ",
    fields: { time: "2026-03-01T10:00:00Z", node: "n1" },
  },
  {
    shows: "a day that is not padded",
    header: "Sep 5 14:34:40 <worker_hostname> kernel: [158271.044316] calico-packet: ",
    fields: { time: "2026-09-05T14:34:40Z", node: "<worker_hostname>", uptime: 158271.044316 },
  },
  {
    shows: "journalctl -o short-precise",
    header: "Mar 01 10:00:00.123456 n1 kernel: calico-packet: ",
    fields: { time: "2026-03-01T10:00:00.123456Z", node: "n1" },
  },
  {
    shows: "rsyslog's RFC 3339 format",
    header: "2026-03-01T10:00:00.123456+00:00 node1 kernel: calico-packet: ",
    fields: { time: "2026-03-01T10:00:00.123456Z", node: "node1" },
  },
  {
    shows: "a zone east of Greenwich",
    header: "2026-03-01T00:30:00+02:00 node1 kernel: calico-packet: ",
    fields: { time: "2026-02-28T22:30:00Z", node: "node1" },
  },
  {
    shows: "a zone west of Greenwich",
    header: "2026-12-31T20:00:00.5-09:30 node1 kernel: calico-packet: ",
    fields: { time: "2027-01-01T05:30:00.5Z", node: "node1" },
  },
  {
    shows: "Z for UTC, and a priority",
    header: "<6>2021-03-12T14:10:18Z Hostname kernel: calico-packet: ",
    fields: { time: "2021-03-12T14:10:18Z", node: "Hostname" },
  },
  {
    shows: "journalctl -o short-iso, a zone without a colon",
    header: "2026-03-01T10:00:00+0000 n1 kernel: calico-packet: ",
    fields: { time: "2026-03-01T10:00:00Z", node: "n1" },
  },
  {
    shows: "nanoseconds, of which microseconds stay",
    header: "2026-03-01T10:00:00.123456789Z n1 kernel: calico-packet: ",
    fields: { time: "2026-03-01T10:00:00.123456Z", node: "n1" },
  },
  {
    shows: "a leap second",
    header: "2016-12-31T23:59:60Z n1 kernel: calico-packet: ",
    fields: { time: "2017-01-01T00:00:00Z", node: "n1" },
  },
  {
    shows: "29 February",
    header: "2024-02-29T12:00:00Z n1 kernel: calico-packet: ",
    fields: { time: "2024-02-29T12:00:00Z", node: "n1" },
  },
  {
    shows: "a priority before RFC 3164",
    header: "<5>Mar  1 10:00:00 node1 kernel: calico-packet: ",
    fields: { time: "2026-03-01T10:00:00Z", node: "node1" },
  },
  {
    shows: "RFC 5424, the message with its own space",
    header: "<5>1 2026-03-01T10:00:00.123456+00:00 node1 kernel - - -  calico-packet: ",
    fields: { time: "2026-03-01T10:00:00.123456Z", node: "node1" },
  },
  {
    shows: "RFC 5424 with an uptime",
    header:
      "<5>1 2026-11-22T13:27:20.866146+00:00 worker-1 kernel - - - [ 2690.678077] " +
      "calico-packet: ",
    fields: { time: "2026-11-22T13:27:20.866146Z", node: "worker-1", uptime: 2690.678077 },
  },
  {
    shows: "an uptime with the processor that printed it",
    header: "Mar  1 10:00:00 node1 kernel: [  123.456789][    C3] calico-packet: ",
    fields: { time: "2026-03-01T10:00:00Z", node: "node1", uptime: 123.456789 },
  },
  {
    shows: "an uptime with the task that printed it",
    header: "Mar  1 10:00:00 node1 kernel: [  123.456789][ T1234] calico-packet: ",
    fields: { time: "2026-03-01T10:00:00Z", node: "node1", uptime: 123.456789 },
  },
  {
    shows: "dmesg",
    header: "[  799.618599] calico-packet: ",
    fields: { ...unknownTime, uptime: 799.618599 },
  },
  {
    shows: "dmesg -r",
    header: "<6>[ 5739.482168] calico-packet: ",
    fields: { ...unknownTime, uptime: 5739.482168 },
  },
  {
    shows: "dmesg --time-format iso, which names no host",
    header: "2026-03-01T10:00:00,123456+00:00 calico-packet: ",
    fields: { time: "2026-03-01T10:00:00.123456Z" },
  },
  {
    shows: "journalctl --no-hostname",
    header: "Mar 01 10:00:00 kernel: calico-packet: ",
    fields: { time: "2026-03-01T10:00:00Z" },
  },
  {
    shows: "an empty host",
    header: "2026-03-01T10:00:00.123456+00:00  kernel: [  123.456789] calico-packet: ",
    fields: { time: "2026-03-01T10:00:00.123456Z", uptime: 123.456789 },
  },
  {
    shows: "no header",
    header: "calico-packet: ",
    fields: unknownTime,
  },
  {
    shows: "repeated messages",
    header:
      "2025-09-17T15:22:55.943146+03:00 n1 kernel: message repeated 2 times: [ " +
      "calico-packet: ",
    fields: { time: "2025-09-17T12:22:55.943146Z", node: "n1", repeated: 2 },
    end: "]",
  },
  {
    shows: "repeated messages with an uptime",
    header: "Mar  1 10:00:05 n1 kernel: message repeated 3 times: [ [  123.456789] calico-packet: ",
    fields: { time: "2026-03-01T10:00:05Z", node: "n1", repeated: 3, uptime: 123.456789 },
    end: "]",
  },
  {
    shows: "repeated messages with spaces behind the frame",
    header: "Mar  1 10:00:05 n1 kernel: message repeated 3 times: [ calico-packet: ",
    fields: { time: "2026-03-01T10:00:05Z", node: "n1", repeated: 3 },
    end: "]  ",
  },
];

test.each(forms)("readHeader() reads $shows", ({ header, fields, end = "" }) => {
  expect(fieldsLike(header + packet + end, noHeader)).toEqual({
    prefix: "calico-packet: ",
    dstPort: 2,
    ...fields,
  });
});

test.each([
  ["a bracket that is no uptime", "Jan 21 22:28:23 kw kernel: [UFW BLOCK] ", "[UFW BLOCK] "],
  [
    "a prefix in quotes, behind a processor",
    "2021-11-04T18:33:46.114797+01:00 rpi4tumhon kernel: [17748.074339][    C0] " +
      '"filter_IN_public_REJECT: "',
    '"filter_IN_public_REJECT: "',
  ],
  [
    "a prefix in brackets, without a separator",
    "<6>2021-03-12T14:10:18Z Hostname kernel: [wan-lan-default-D]",
    "[wan-lan-default-D]",
  ],
  ["an uptime with five digits", "Mar  1 10:00:00 n1 kernel: [1.00000] x: ", "[1.00000] x: "],
  [
    "a frame that is not closed",
    "Mar  1 10:00:00 n1 kernel: message repeated 3 times: [ x: ",
    "message repeated 3 times: [ x: ",
  ],
  [
    "a frame that repeats nothing",
    "Mar  1 10:00:00 n1 kernel: message repeated 0 times: [ x: ",
    "message repeated 0 times: [ x: ",
  ],
  [
    "a word and a time without a host and the kernel's tag",
    "Foo 22 14:28:43 x: ",
    "Foo 22 14:28:43 x: ",
  ],
  ["a day that does not exist", "Nov 32 14:28:43 n1 kernel: x: ", "Nov 32 14:28:43 n1 kernel: x: "],
  [
    "an hour that does not exist",
    "2026-11-22T24:00:00Z n1 kernel: x: ",
    "2026-11-22T24:00:00Z n1 kernel: x: ",
  ],
  [
    "a priority that does not exist",
    "<192>Mar  1 10:00:00 n1 kernel: x: ",
    "<192>Mar  1 10:00:00 n1 kernel: x: ",
  ],
])("readHeader() leaves %s to the prefix", (_, header, prefix) => {
  expect(fieldsLike(header + packet, { prefix })).toEqual({ prefix });
});

/**
 * Shippers, exports and multilog write headers that are not understood: the packet still counts.
 */
const others: readonly (readonly [string, ExpectedFields])[] = [
  [
    'kern.info: Oct 12 10:50:34 BAE-vSmart1 kernel: "iptables-dropped:"IN=eth1 OUT= ' +
      "MAC=02:16:4b:9c:a8:1e:02:e1:da:88:fd:b2:08:00 SRC=149.32.1.241 DST=10.0.2.50 LEN=56 " +
      "TOS=0x00 PREC=0x00 TTL=40 ID=0 PROTO=ICMP TYPE=5 CODE=1 GATEWAY=149.32.1.254 " +
      "[SRC=160.1.62.19 DST=149.32.160.51 LEN=44 TOS=0x00 PREC=0xC0 TTL=40 ID=60430 DF " +
      "PROTO=UDP SPT=12446 DPT=12406 LEN=24 ]",
    { in: "eth1", out: undefined, src: "149.32.1.241", dst: "10.0.2.50" },
  ],
  [
    "Jul 12 12:37:26 kube-cianr93w0sjo00sko3k0-tektontor01-oneplci-0000351c kern.log " +
      "[852791.892864] calico-packet: IN=calif5a64ff0b11 OUT=calif5a64ff0b11 " +
      "MAC=ee:ee:ee:ee:ee:ee:a6:1c:2d:c6:3d:4a:08:00 SRC=172.30.104.175 DST=172.30.104.175 " +
      "LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=55435 DF PROTO=TCP SPT=57722 DPT=3000 " +
      "WINDOW=65535 RES=0x00 SYN URGP=0 MARK=0x4000 ",
    { in: "calif5a64ff0b11", out: "calif5a64ff0b11", dstPort: 3000, mark: "0x4000" },
  ],
  [
    "<14>1 2023-10-29T20:45:24.299351Z - - - - - ﻿2023-10-29T20:45:24.299093+00:00 " +
      "k8rdapfm01 kernel: [430992.418760] [UFW BLOCK] IN=tunl0 OUT=cali9e5fd88ad03 MAC= " +
      "SRC=192.168.126.117 DST=192.168.110.222 LEN=112 TOS=0x00 PREC=0x00 TTL=62 ID=58098 DF " +
      "PROTO=UDP SPT=50442 DPT=53 LEN=92 MARK=0x10000 ",
    { in: "tunl0", out: "cali9e5fd88ad03", dstPort: 53, mark: "0x10000" },
  ],
  [
    "2007-01-09 22:53:54.838031500 <4>NETFILTER drop IN=eth0 OUT= " +
      "MAC=00:19:d1:00:5f:01:00:05:00:1c:58:1c:08:00 SRC=220.233.94.69 DST=80.223.106.128 " +
      "LEN=56 TOS=0x00 PREC=0x00 TTL=46 ID=9052 DF PROTO=ICMP TYPE=3 CODE=3 " +
      "[SRC=80.223.106.128 DST=220.233.94.69 LEN=91 TOS=0x00 PREC=0x20 TTL=43 ID=0 FRAG:64 " +
      "PROTO=UDP ] ",
    { in: "eth0", src: "220.233.94.69", icmpType: 3, icmpCode: 3 },
  ],
];

test.each(others)("a packet is read behind any header: %s", (line, expected) => {
  expect(fieldsLike(line, expected)).toEqual(expected);
});

describe("readHeader() makes no LOG line of", () => {
  test.each([
    [
      "ordinary",
      "Mar  1 10:00:00 node1 calico-node[123]: 2026-03-01 10:00:00.123 [INFO][66] " +
        'felix/policy.go 123: Rendering rule action="Log" prefix="calico-packet"',
    ],
    ["repeat-of-previous", "Mar  1 10:00:05 node1 last message repeated 4 times"],
    ["ordinary", "Mar  1 10:00:05 node1 last message repeated 4 times and more"],
    ["ordinary", "last message repeated 4 times"],
  ])("%s: %s", (result, line) => {
    expect(readLine(line)).toEqual({ result });
  });
});
