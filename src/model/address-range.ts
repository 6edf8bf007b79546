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
  // Four steps rather than an iterator: this is asked for every address of a large answer.
  for (let i = 0; i < 4; i++) {
    const difference = (a.words[i]! >>> 0) - (b.words[i]! >>> 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
