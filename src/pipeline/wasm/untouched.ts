/**
 * src/model/untouched.ts, for the engine; build-engine.mjs puts it in there. A new typed array is
 * filled with zeros, which takes all of its memory at once.
 */
export function untouchedWords(length: i32): Int32Array {
  return Int32Array.wrap(bufferOf(<usize>length << 2));
}

export function untouchedNumbers(length: i32): Float64Array {
  return Float64Array.wrap(bufferOf(<usize>length << 3));
}

function bufferOf(bytes: usize): ArrayBuffer {
  return changetype<ArrayBuffer>(__new(bytes, idof<ArrayBuffer>()));
}
