import fc from "fast-check";
import { expect, test } from "vitest";
import { type Address, parseCidr } from "../../src/model/address.ts";
import { addressClass } from "../../src/model/address-class.ts";
import { inRange } from "../../src/model/address-range.ts";
import { type Network, networkOf } from "../../src/model/network.ts";
import { networkRanges } from "../../src/model/network-ranges.ts";

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const address = fc.oneof(
  word.map((last): Address => ({ family: 4, words: [0, 0, 0, last] })),
  fc.tuple(word, word, word, word).map((words): Address => ({ family: 6, words })),
  // IPv4-mapped.
  word.map((last): Address => ({ family: 6, words: [0, 0, 0xffff, last] })),
);
const blocks = ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "255.0.0.0/8", "::/0", "fc00::/8"];
const network = fc.record({
  name: fc.constantFrom("a", "b", "c"),
  block: fc.oneof(
    fc.constantFrom(...blocks, "::ffff:10.0.0.0/104", "ffff::/16"),
    fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 })).map((parts) => parts.join("/")),
  ),
});
const networks = fc
  .array(network, { maxLength: 6 })
  .map((all) => all.map((each): Network => ({ ...each, range: parseCidr(each.block)! })));

test("networkRanges() has every address in one range, under the name that it has alone", () => {
  fc.assert(
    fc.property(networks, fc.array(address, { minLength: 1 }), (known, addresses) => {
      const ranges = networkRanges(known);
      const edges = ranges.flatMap(({ range }) => [range.low, range.high]);
      for (const each of [...addresses, ...edges]) {
        const holding = ranges.filter(({ range }) => inRange(each, range));
        const name = networkOf(known, each)?.name ?? addressClass(each);
        expect(holding.map((range) => range.name)).toEqual([name]);
      }
    }),
  );
});
