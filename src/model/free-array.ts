/**
 * Gives the memory of an array back at once, with that of all views of its buffer: they are empty
 * afterwards. A garbage collector sees a small object, and takes its time.
 */
export function freeArray({ buffer }: ArrayBufferView): void {
  (buffer as ArrayBuffer).transfer(0);
}
