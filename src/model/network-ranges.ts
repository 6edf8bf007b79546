import type { Address, AddressRange } from "./address.ts";
import { addressClass, classRanges } from "./address-class.ts";
import { type Network, networkOf } from "./network.ts";

const FAMILY_BITS = { 4: 32n, 6: 128n } as const;

/** Addresses of one name: that of the network that holds them, else of their class. */
export type NamedRange = { readonly name: string; readonly range: AddressRange };

/**
 * What every address is called, as ranges in their order: a name changes only where a block begins
 * or ends, so it is enough to ask once between each two such places.
 */
export function networkRanges(networks: readonly Network[]): NamedRange[] {
  const blocks = [...networks.map(({ range }) => range), ...classRanges];
  return ([4, 6] as const).flatMap((family) => {
    const end = 1n << FAMILY_BITS[family];
    const edges = blocks
      .filter(({ low }) => low.family === family)
      .flatMap(({ low, high }) => [numberOf(low), numberOf(high) + 1n]);
    const places = [...new Set([0n, end, ...edges])].toSorted((a, b) => (a < b ? -1 : 1));
    return places.slice(0, -1).map((place, index) => {
      const low = addressAt(family, place);
      const high = addressAt(family, places[index + 1]! - 1n);
      return { name: nameOf(networks, low), range: { low, high } };
    });
  });
}

function nameOf(networks: readonly Network[], address: Address): string {
  return networkOf(networks, address)?.name ?? addressClass(address);
}

function numberOf({ words }: Address): bigint {
  return words.reduce((number, word) => (number << 32n) | BigInt(word >>> 0), 0n);
}

function addressAt(family: 4 | 6, number: bigint): Address {
  const word = (index: number) => Number((number >> BigInt(96 - 32 * index)) & 0xffff_ffffn) | 0;
  return { family, words: [word(0), word(1), word(2), word(3)] };
}
