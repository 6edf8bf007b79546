/** Mixes `length` words that begin at `at` into 32 bits, of which the low ones may be taken. */
export function hashWords(words: Int32Array, at: number, length: number): number {
  let hash = 0x9e3779b9;
  for (let i = 0; i < length; i++) {
    hash = Math.imul(hash ^ words[at + i]!, 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

export function equalWords(
  a: Int32Array,
  atA: number,
  b: Int32Array,
  atB: number,
  length: number,
): boolean {
  for (let i = 0; i < length; i++) {
    if (a[atA + i] !== b[atB + i]) return false;
  }
  return true;
}
