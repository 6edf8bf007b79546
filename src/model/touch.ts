/**
 * Has rows of a large table brought to the cache before lines are counted in them. The number of a
 * row is what `mask` leaves of a word of its line. The engine's twin does it, in a loop so short
 * that the looks of all lines are under way at once; here there is none like it.
 */
export function touch(
  _table: ArrayBufferView,
  _rowBytes: i32,
  _lines: Int32Array,
  _word: i32,
  _mask: i32,
  _count: i32,
): void {}
