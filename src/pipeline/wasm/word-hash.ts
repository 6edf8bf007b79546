/** src/aggregate/word-hash.ts, two words and four at a time; build-engine.mjs puts it in. */

/** An even number of words. */
// @ts-ignore: decorator
@inline
export function hashWords(words: Int32Array, at: i32, length: i32): i32 {
  const place = words.dataStart + (<usize>at << 2);
  let hash: u64 = 0x9e3779b97f4a7c15;
  for (let i = 0; i < length; i += 2) {
    hash = (hash ^ load<u64>(place + (<usize>i << 2))) * 0xd6e8feb86659fd93;
    hash ^= hash >> 32;
  }
  hash *= 0xd6e8feb86659fd93;
  return <i32>(hash >> 32);
}

/** At least four words. */
// @ts-ignore: decorator
@inline
export function equalWords(
  a: Int32Array,
  atA: i32,
  b: Int32Array,
  atB: i32,
  length: i32,
): boolean {
  const placeA = a.dataStart + (<usize>atA << 2);
  const placeB = b.dataStart + (<usize>atB << 2);
  const last = <usize>(length - 4) << 2;
  let different = v128.xor(v128.load(placeA + last), v128.load(placeB + last));
  for (let i: usize = 0; i < last; i += 16) {
    different = v128.or(different, v128.xor(v128.load(placeA + i), v128.load(placeB + i)));
  }
  return !v128.any_true(different);
}
