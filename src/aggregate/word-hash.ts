/**
 * Mixes an even number of words that begin at `at` into 32 bits, of which any may be taken. Two at
 * a time, for the multiplications of one chain wait for each other.
 */
export function hashWords(words: Int32Array, at: i32, length: i32): i32 {
  let even: i32 = -1640531527;
  let odd: i32 = -2048144777;
  for (let i: i32 = 0; i < length; i += 2) {
    even = Math.imul(even ^ words[at + i]!, -2048144789);
    odd = Math.imul(odd ^ words[at + i + 1]!, -1028477379);
    even ^= even >>> 15;
    odd ^= odd >>> 13;
  }
  const hash = Math.imul(even ^ (odd << 7) ^ (odd >>> 25), -1028477387);
  return hash ^ (hash >>> 16);
}

export function equalWords(a: Int32Array, atA: i32, b: Int32Array, atB: i32, length: i32): boolean {
  for (let i: i32 = 0; i < length; i++) {
    if (a[atA + i]! !== b[atB + i]!) return false;
  }
  return true;
}
