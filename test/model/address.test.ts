import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Address,
  type AddressWords,
  formatAddress,
  parseAddress,
  parseCidr,
} from "../../src/model/address.ts";
import { runs } from "../long-run.ts";

function format({ family, words }: Address): string {
  return formatAddress(family, ...words);
}

describe("formatAddress() writes IPv6 as RFC 5952 says", () => {
  test.each([
    ["2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1", "leading zeros go (4.1)"],
    ["2001:db8:0:0:0:0:2:1", "2001:db8::2:1", "as many zeros as can be (4.2.1)"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", "one zero group stays (4.2.2)"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1", "the longest run goes (4.2.3)"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "the first of two (4.2.3)"],
    ["2001:DB8:AAAA::1", "2001:db8:aaaa::1", "lower case (4.3)"],
    ["::ffff:192.0.2.1", "::ffff:192.0.2.1", "a mapped address keeps its dots (5)"],
    ["::ffff:c000:201", "::ffff:192.0.2.1", "a mapped address gets its dots (5)"],
    ["::192.0.2.1", "::c000:201", "a compatible address is none of those"],
    ["::ffff:0:c000:201", "::ffff:0:c000:201", "nor is a translated one"],
    ["0:0:0:0:0:0:0:0", "::", "nothing but zeros"],
    ["0:0:0:0:0:0:0:1", "::1", "zeros in front"],
    ["1:0:0:0:0:0:0:0", "1::", "zeros at the end"],
    ["0:0:1:0:0:0:0:0", "0:0:1::", "the longer run at the end"],
    ["0:0:0:0:1:0:0:0", "::1:0:0:0", "the longer run in front"],
    ["1:0:0:2:0:0:3:4", "1::2:0:0:3:4", "the first of two in the middle"],
    ["8000:0:0:0:8000:0:0:ffff", "8000::8000:0:0:ffff", "groups above 7fff"],
    ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", "nothing to compress"],
    ["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ones"],
  ])("%s is %s: %s", (text, expected) => {
    expect(format(parseAddress(text)!)).toBe(expected);
  });
});

describe("formatAddress() writes IPv4", () => {
  test.each([
    [0, "0.0.0.0"],
    [1, "0.0.0.1"],
    [0x0af41114, "10.244.17.20"],
    [0x7fffffff, "127.255.255.255"],
    [-1, "255.255.255.255"],
    [-2_147_483_648, "128.0.0.0"],
  ])("%i as %s", (word, expected) => {
    expect(formatAddress(4, 0, 0, 0, word)).toBe(expected);
  });
});

describe("parseAddress()", () => {
  test.each([
    ["0.0.0.0", [0, 0, 0, 0]],
    ["10.244.17.20", [0, 0, 0, 0x0af41114]],
    ["255.255.255.255", [0, 0, 0, -1]],
  ])("reads the IPv4 address %s", (text, words) => {
    expect(parseAddress(text)).toEqual({ family: 4, words });
  });

  test.each([
    ["::", [0, 0, 0, 0]],
    ["2001:db8::21", [0x20010db8, 0, 0, 0x21]],
    ["FD00:10:244:11::B", [-50_331_632, 0x02440011, 0, 0xb]],
    ["::ffff:10.0.0.1", [0, 0, 0xffff, 0x0a000001]],
    ["64:ff9b::192.0.2.33", [0x0064ff9b, 0, 0, -1_073_741_279]],
    ["1:2:3:4:5:6:7::", [0x00010002, 0x00030004, 0x00050006, 0x00070000]],
    ["::2:3:4:5:6:7:8", [0x00000002, 0x00030004, 0x00050006, 0x00070008]],
  ])("reads the IPv6 address %s", (text, words) => {
    expect(parseAddress(text)).toEqual({ family: 6, words });
  });

  test.each([
    "",
    " ",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "1.2.3.-4",
    "1.2.3.4 ",
    " 1.2.3.4",
    "1.2.3.0x4",
    "01.2.3.4",
    "1..3.4",
    "1.2.3.4/32",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4::5:6:7:8",
    "12345::",
    "::g",
    "::1.2.3",
    "1.2.3.4::",
    "::1.2.3.4:5",
    ":1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:",
    "fe80::1%eth0",
    "[::1]",
    "localhost",
  ])("refuses %j", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  const word = fc.integer({ min: -2_147_483_648, max: 2_147_483_647 });
  const sparse = fc.oneof(fc.constant(0), word, fc.constantFrom(1, 0x10000, 0xffff, -65_536));
  const words6 = fc.tuple(sparse, sparse, sparse, sparse);

  test("reads back every IPv4 address that formatAddress() writes", () => {
    fc.assert(
      fc.property(word, (last) => {
        const address: Address = { family: 4, words: [0, 0, 0, last] };
        expect(parseAddress(format(address))).toEqual(address);
      }),
    );
  });

  test("reads back every IPv6 address that formatAddress() writes", () => {
    fc.assert(
      fc.property(words6, (words) => {
        const address: Address = { family: 6, words };
        expect(parseAddress(format(address))).toEqual(address);
      }),
      { numRuns: runs(4000) },
    );
  });

  test("formatAddress() compresses as the host parser of URLs does", () => {
    fc.assert(
      fc.property(words6, (words) => {
        const isMapped = words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
        fc.pre(!isMapped);
        const text = formatAddress(6, ...words);
        expect(text).toBe(new URL(`http://[${text}]/`).hostname.slice(1, -1));
      }),
      { numRuns: runs(4000) },
    );
  });
});

describe("parseCidr()", () => {
  test.each([
    ["10.0.0.0/8", "10.0.0.0", "10.255.255.255"],
    ["10.1.2.3/8", "10.0.0.0", "10.255.255.255"],
    ["10.244.17.20/30", "10.244.17.20", "10.244.17.23"],
    ["10.244.17.20/32", "10.244.17.20", "10.244.17.20"],
    ["10.244.17.20", "10.244.17.20", "10.244.17.20"],
    ["200.1.2.3/1", "128.0.0.0", "255.255.255.255"],
    ["1.2.3.4/0", "0.0.0.0", "255.255.255.255"],
    ["1.2.3.4/008", "1.0.0.0", "1.255.255.255"],
    ["2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["2001:db8::1", "2001:db8::1", "2001:db8::1"],
    ["2001:db8::1/128", "2001:db8::1", "2001:db8::1"],
    ["2001:db8::1/127", "2001:db8::", "2001:db8::1"],
    ["fd00:10:244:11::b/64", "fd00:10:244:11::", "fd00:10:244:11:ffff:ffff:ffff:ffff"],
    ["fd00:10:244:11::b/63", "fd00:10:244:10::", "fd00:10:244:11:ffff:ffff:ffff:ffff"],
    ["fd00::/96", "fd00::", "fd00::ffff:ffff"],
    ["fd00::/33", "fd00::", "fd00:0:7fff:ffff:ffff:ffff:ffff:ffff"],
    ["::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ])("%s is %s to %s", (text, low, high) => {
    const range = parseCidr(text)!;
    expect([format(range.low), format(range.high)]).toEqual([low, high]);
  });

  test.each([
    "10.0.0.0/33",
    "::/129",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "10.0.0.0/-1",
    "10.0.0.0/8.0",
    "10.0.0.0/ 8",
    "10.0.0/8",
    "/8",
    "",
  ])("refuses %j", (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  const octets = fc.uint8Array({ minLength: 16, maxLength: 16 });
  const wordsOf = (bytes: Uint8Array): AddressWords => {
    const view = new DataView(bytes.buffer);
    return [view.getInt32(0), view.getInt32(4), view.getInt32(8), view.getInt32(12)];
  };
  const bitsOf = ({ words }: Address) =>
    words.map((word) => (word >>> 0).toString(2).padStart(32, "0")).join("");

  test("keeps the bits of the prefix, and fills the rest with zeros and ones", () => {
    fc.assert(
      fc.property(octets, fc.integer({ min: 0, max: 128 }), (bytes, length) => {
        const address: Address = { family: 6, words: wordsOf(bytes) };
        const range = parseCidr(`${format(address)}/${length}`)!;
        const prefix = bitsOf(address).slice(0, length);
        expect(bitsOf(range.low)).toBe(prefix.padEnd(128, "0"));
        expect(bitsOf(range.high)).toBe(prefix.padEnd(128, "1"));
      }),
    );
  });

  test("does so for IPv4, whose other words stay 0", () => {
    fc.assert(
      fc.property(octets, fc.integer({ min: 0, max: 32 }), (bytes, length) => {
        const address: Address = { family: 4, words: [0, 0, 0, wordsOf(bytes)[0]] };
        const range = parseCidr(`${format(address)}/${length}`)!;
        const prefix = bitsOf(address).slice(0, 96 + length);
        expect(bitsOf(range.low)).toBe(prefix.padEnd(128, "0"));
        expect(bitsOf(range.high)).toBe(prefix.padEnd(128, "1"));
      }),
    );
  });
});
