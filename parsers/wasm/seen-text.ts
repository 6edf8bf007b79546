const TEXT_BYTES_MAX = 128;
const BLOCK_BYTES = 16;

/**
 * A part of a line that mostly reads as it did on the line before, such as `WINDOW=64240 RES=0x00
 * SYN URGP=0`: while it does, it need not be read again.
 */
export class SeenText {
  private readonly text: usize = heap.alloc(TEXT_BYTES_MAX);
  /** 0 before anything was seen. */
  length: i32 = 0;
  /** What was read from the text. */
  value: i32 = 0;

  // @ts-ignore: decorator
  @inline
  isAt(at: usize): bool {
    const length = this.length;
    if (length === 0) return false;
    const text = this.text;
    const last = <usize>(length - BLOCK_BYTES);
    let different = v128.xor(v128.load(at + last), v128.load(text + last));
    for (let i: usize = 0; i < last; i += BLOCK_BYTES) {
      different = v128.or(different, v128.xor(v128.load(at + i), v128.load(text + i)));
    }
    return !v128.any_true(different);
  }

  forget(): void {
    this.length = 0;
  }

  /** Only texts that are neither very short nor very long are worth it. */
  see(at: usize, end: usize, value: i32): void {
    const length = <i32>(end - at);
    this.length = 0;
    if (length < BLOCK_BYTES || length > TEXT_BYTES_MAX) return;
    memory.copy(this.text, at, length);
    this.length = length;
    this.value = value;
  }
}
