const decoder = new TextDecoder();
/** The first byte of a byte order mark, which a decoder leaves out and a buffer does not. */
const MARK = 0xef;

/** The text of some bytes, with U+FFFD for what is no UTF-8. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  if (start >= end) return "";
  // A buffer reads short texts in a third of the time of a decoder.
  if (bytes instanceof Buffer && bytes[start] !== MARK) return bytes.toString("utf8", start, end);
  return decoder.decode(bytes.subarray(start, end));
}
