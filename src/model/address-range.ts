import type { Address, AddressRange } from "./address.ts";

/** An address of the other family is in none. */
export function inRange(address: Address, { low, high }: AddressRange): boolean {
  return (
    address.family === low.family &&
    compareAddresses(low, address) <= 0 &&
    compareAddresses(address, high) <= 0
  );
}

/** Below 0, 0 or above 0; for addresses of one family. */
export function compareAddresses(a: Address, b: Address): number {
  for (const [index, word] of a.words.entries()) {
    const difference = (word >>> 0) - (b.words[index]! >>> 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
