/**
 * Arrays of which nothing is read before it was written. The engine's twin takes no memory for what
 * nobody has written yet; here the operating system sees to it.
 */
export function untouchedWords(length: i32): Int32Array {
  return new Int32Array(length);
}

export function untouchedNumbers(length: i32): Float64Array {
  return new Float64Array(length);
}
