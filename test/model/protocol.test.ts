import { expect, test } from "vitest";
import { protocolName, protocolNames, protocolNumber } from "../../src/model/protocol.ts";
import { tcpFlagNames, tcpFlagsOf } from "../../src/model/tcp-flags.ts";

test.each([
  ["tcp", 6],
  ["TCP", 6],
  ["udp", 17],
  ["udplite", 136],
  ["icmp", 1],
  ["icmpv6", 58],
  ["ICMPv6", 58],
  ["vrrp", 112],
  ["0", 0],
  ["255", 255],
  ["006", 6],
  ["256", undefined],
  ["-1", undefined],
  ["6.0", undefined],
  ["", undefined],
  ["tcp ", undefined],
  ["constructor", undefined],
])("protocolNumber(%j) is %s", (text, number) => {
  expect(protocolNumber(text)).toBe(number);
});

test("every number has a text that leads back to it", () => {
  for (let number = 0; number <= 255; number++) {
    expect(protocolNumber(protocolName(number))).toBe(number);
  }
  expect(protocolNames).toContain("sctp");
});

test.each([
  [0, []],
  [1 << 7, ["SYN"]],
  [(1 << 4) | (1 << 7), ["ACK", "SYN"]],
  [511, [...tcpFlagNames]],
])("tcpFlagsOf(%i) is %j", (mask, flags) => {
  expect(tcpFlagsOf(mask)).toEqual(flags);
});
