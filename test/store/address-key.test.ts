import { BlockList } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Address, parseAddress, parseCidr } from "../../src/model/address.ts";
import { addressText, keyOfAddress } from "../../src/store/address-key.ts";
import { runs } from "../long-run.ts";

const ipv4 = fc.ipV4();
const ipv6 = fc
  .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
    minLength: 8,
    maxLength: 8,
  })
  .map((groups) => groups.map((group) => group.toString(16)).join(":"));
const address = fc.oneof(ipv4, ipv6);

const parsed = (text: string): Address => parseAddress(text)!;
const keyOf = (text: string): Buffer => keyOfAddress(parsed(text));

/** The address as one number, IPv4 below all of IPv6. */
function numberOf(text: string): bigint {
  const { family, words } = parsed(text);
  const value = words.reduce((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
  return family === 4 ? value : value + (1n << 32n);
}

describe("address keys", () => {
  test("lie in the order of the addresses, all of IPv4 first", () => {
    fc.assert(
      fc.property(address, address, (a, b) => {
        const [first, second] = [numberOf(a), numberOf(b)];
        const order = first < second ? -1 : first > second ? 1 : 0;
        expect(Buffer.compare(keyOf(a), keyOf(b))).toBe(order);
      }),
    );
  });

  test("give back the address", () => {
    fc.assert(
      fc.property(address, (text) => {
        const back = parsed(addressText(keyOf(text)));
        expect(back).toEqual(parsed(text));
      }),
    );
  });

  test.for([
    ["0.0.0.0", "0400000000"],
    ["255.255.255.255", "04ffffffff"],
    ["10.244.17.11", "040af4110b"],
    ["::", `06${"00".repeat(16)}`],
    ["2001:db8::1", "0620010db8000000000000000000000001"],
    ["::ffff:192.0.2.1", "0600000000000000000000ffffc0000201"],
  ] as const)("of %s is %s", ([text, hex]) => {
    expect(keyOf(text).toString("hex")).toBe(hex);
    expect(addressText(Buffer.from(hex, "hex"))).toBe(text);
  });

  test("of a folded row is no address", () => {
    expect(addressText(Buffer.alloc(0))).toBe("");
  });

  test("of a CIDR block are one range, which holds its addresses and no other", () => {
    const blocks = fc.oneof(
      fc.tuple(ipv4, fc.integer({ min: 0, max: 32 }), ipv4),
      fc.tuple(ipv6, fc.integer({ min: 0, max: 128 }), ipv6),
    );
    fc.assert(
      fc.property(blocks, fc.boolean(), ([base, length, other], isNear) => {
        // An address that differs in one bit only is the hardest to tell.
        const probe = isNear ? neighbour(base, length) : other;
        const list = new BlockList();
        const family = base.includes(":") ? "ipv6" : "ipv4";
        list.addSubnet(base, length, family);
        const { low, high } = parseCidr(`${base}/${length}`)!;
        const key = keyOf(probe);
        const isWithin =
          Buffer.compare(keyOfAddress(low), key) <= 0 &&
          Buffer.compare(key, keyOfAddress(high)) <= 0;
        expect(isWithin, `${probe} in ${base}/${length}`).toBe(list.check(probe, family));
      }),
      { numRuns: runs(2000) },
    );
  });
});

/** The address with one bit changed, the last of the network or the first of the host. */
function neighbour(text: string, length: number): string {
  const key = keyOf(text);
  const bit = Math.min(Math.max(0, length - 1), (key.length - 1) * 8 - 1);
  const at = 1 + (bit >>> 3);
  key[at] = key[at]! ^ (0x80 >>> (bit & 7));
  return addressText(key);
}
