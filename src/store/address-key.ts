import type { Address } from "../model/address.ts";
import { formatAddress } from "../model/address.ts";

export const V4_BYTES = 5;
const V6_BYTES = 17;

/**
 * An address as the database keeps it: one byte of family, then the address in network order. So
 * every CIDR block is one range of keys.
 */
export function addressKey(
  family: number,
  word0: number,
  word1: number,
  word2: number,
  word3: number,
): Buffer {
  if (family === 4) {
    const key = Buffer.allocUnsafe(V4_BYTES);
    putIpv4Key(key, 0, word3);
    return key;
  }
  const key = Buffer.allocUnsafe(V6_BYTES);
  key[0] = 6;
  key.writeInt32BE(word0, 1);
  key.writeInt32BE(word1, 5);
  key.writeInt32BE(word2, 9);
  key.writeInt32BE(word3, 13);
  return key;
}

/** Writes the key of an IPv4 address, V4_BYTES bytes. */
export function putIpv4Key(into: Buffer, at: number, word: number): void {
  into[at] = 4;
  into.writeInt32BE(word, at + 1);
}

export function keyOfAddress({ family, words }: Address): Buffer {
  return addressKey(family, words[0], words[1], words[2], words[3]);
}

/** RFC 5952 text of a stored address; empty for one that a folded row does not have. */
export function addressText(key: Buffer): string {
  if (key.length === V4_BYTES) return formatAddress(4, 0, 0, 0, key.readInt32BE(1));
  if (key.length !== V6_BYTES) return "";
  const word = (at: number) => key.readInt32BE(at);
  return formatAddress(6, word(1), word(5), word(9), word(13));
}
