/** src/model/touch.ts, for the engine; build-engine.mjs puts it in there, hence the import. */
import { LINE_WORDS } from "./line-words";

const LINE_BYTES: usize = LINE_WORDS * 4;
/** Nobody reads it, but without it a compiler would leave the looks out. */
const touched: usize = memory.data(4);

export function touch(
  table: ArrayBufferView,
  rowBytes: i32,
  lines: Int32Array,
  word: i32,
  mask: i32,
  count: i32,
): void {
  const rows = table.dataStart;
  const last = <usize>rowBytes - 4;
  let at = lines.dataStart + (<usize>word << 2);
  const end = at + <usize>count * LINE_BYTES;
  let seen: i32 = 0;
  for (; at < end; at += LINE_BYTES) {
    const row = rows + <usize>(load<i32>(at) & mask) * rowBytes;
    // A row may begin on one cache line and end on the next.
    seen ^= load<i32>(row) ^ load<i32>(row + last);
  }
  store<i32>(touched, seen);
}
