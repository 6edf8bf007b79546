import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAddress, parseCidr } from "../../src/model/address.ts";
import { addressClass } from "../../src/model/address-class.ts";
import { networkOf, parseNetworks } from "../../src/model/network.ts";

const addressOf = (text: string) => parseAddress(text)!;

describe("addressClass()", () => {
  test.for([
    ["10.244.17.12", "private"],
    ["172.15.255.255", "public"],
    ["172.16.0.0", "private"],
    ["172.31.255.255", "private"],
    ["172.32.0.0", "public"],
    ["192.168.1.1", "private"],
    ["100.64.0.1", "shared"],
    ["100.128.0.0", "public"],
    ["127.0.0.1", "loopback"],
    ["169.254.169.254", "link-local"],
    ["224.0.0.251", "multicast"],
    ["255.255.255.255", "broadcast"],
    ["240.0.0.1", "reserved"],
    ["0.0.0.0", "reserved"],
    ["198.51.100.10", "documentation"],
    ["1.1.1.1", "public"],
    ["::1", "loopback"],
    ["::", "reserved"],
    ["fe80::ecee:eeff:feee:eeee", "link-local"],
    ["fd00:10:244::1", "private"],
    ["ff02::fb", "multicast"],
    ["2001:db8::1", "documentation"],
    ["2606:4700::1111", "public"],
    ["::ffff:10.0.0.1", "private"],
    ["::ffff:8.8.8.8", "public"],
  ] as const)("of %s is %s", ([address, expected]) => {
    expect(addressClass(addressOf(address))).toBe(expected);
  });
});

describe("networkOf()", () => {
  const networks = parseNetworks({
    vpc: "10.0.0.0/8",
    "payments/prod": "10.1.0.0/16",
    office: ["192.0.2.0/24", "2001:db8::/32"],
    "host 9": "10.1.2.9",
    again: "10.1.0.0/16",
    "all of v4": "0.0.0.0/0",
  });

  test.for([
    ["10.2.0.1", "vpc"],
    ["10.1.2.3", "payments/prod"],
    ["10.1.2.9", "host 9"],
    ["192.0.2.255", "office"],
    ["2001:db8:1::5", "office"],
    ["8.8.8.8", "all of v4"],
    ["2001:db9::1", undefined],
  ] as const)("of %s is %s", ([address, expected]) => {
    expect(networkOf(networks, addressOf(address))?.name).toBe(expected);
  });

  test("gives a smallest of those that hold the address, whatever their order", () => {
    const block = fc
      .tuple(fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 3 }))
      .map(([bits, low]) => `10.0.0.${low}/${bits}`);
    fc.assert(
      fc.property(fc.array(block, { maxLength: 8 }), fc.integer({ min: 0, max: 3 }), (texts, n) => {
        const known = texts.map((text) => ({ name: text, range: parseCidr(text)!, block: text }));
        const found = networkOf(known, addressOf(`10.0.0.${n}`));
        const bitsOf = (text: string) => Number(text.split("/")[1]);
        const holding = known.filter((each) => networkOf([each], addressOf(`10.0.0.${n}`)));
        const most = Math.max(-1, ...holding.map(({ name }) => bitsOf(name)));
        expect(found === undefined ? -1 : bitsOf(found.name)).toBe(most);
      }),
    );
  });
});

describe("parseNetworks() says what it expected", () => {
  test.for([
    [["10.0.0.0/8"], 'Cannot read networks: expected "name: CIDR" lines'],
    [
      { vpc: "10.0.0.0/33" },
      'Cannot use "10.0.0.0/33" for network "vpc": ' +
        "expected an address or a CIDR block such as 10.0.0.0/8",
    ],
    [
      { vpc: 10 },
      'Cannot use 10 for network "vpc": expected an address or a CIDR block such as 10.0.0.0/8',
    ],
    [
      { private: "10.0.0.0/8" },
      'Cannot name a network "private": addresses in no network are called so; expected another',
    ],
    [
      { "\u001b[2J": "10.0.0.0/8" },
      'Cannot name a network "\\u001b[2J": expected at most 63 letters, digits, spaces and . _ / -',
    ],
  ] as const)("%j", ([written, message]) => {
    expect(() => parseNetworks(written)).toThrow(new RangeError(message));
  });
});
