import { isSame } from "./bytes";

const SLOTS = 2048;
/** Half of the slots stay empty, so that a search ends soon. */
const NAMES_MAX = SLOTS / 2;
const TEXT_BYTES_MAX = 65_536;
/** Words of a slot: where its text is, its length, its number + 1. */
const SLOT_BYTES: usize = 12;

/** Names whose numbers the engine was told: it reads lines that hold these, and no others. */
export class KnownNames {
  private slots: usize = heap.alloc(<usize>SLOTS * SLOT_BYTES);
  private texts: usize = heap.alloc(TEXT_BYTES_MAX);
  private textBytes: i32 = 0;
  private count: i32 = 0;
  /** The text that was found last: neighbouring lines mostly have the same. */
  lastText: usize = 0;
  lastLength: i32 = 0;
  lastNumber: i32 = -1;

  constructor() {
    this.clear();
  }

  clear(): void {
    memory.fill(this.slots, 0, <usize>SLOTS * SLOT_BYTES);
    this.textBytes = 0;
    this.count = 0;
    this.lastLength = 0;
    this.lastNumber = -1;
  }

  /** What does not fit is not known: lines that hold it are read by the grammar. */
  learn(at: usize, length: i32, number: i32): void {
    if (this.find(at, length) >= 0) return;
    if (this.count === NAMES_MAX || this.textBytes + length > TEXT_BYTES_MAX) return;
    const text = this.texts + this.textBytes;
    memory.copy(text, at, length);
    this.textBytes += length;
    this.count++;
    const slot = this.slotOf(at, length);
    store<u32>(slot, <u32>text);
    store<u32>(slot, length, 4);
    store<u32>(slot, number + 1, 8);
    this.find(at, length);
  }

  /** The number of a name, -1 when it is not known. */
  find(at: usize, length: i32): i32 {
    const slot = this.slotOf(at, length);
    const number = load<i32>(slot, 8) - 1;
    if (number >= 0) {
      this.lastText = load<u32>(slot);
      this.lastLength = length;
      this.lastNumber = number;
    }
    return number;
  }

  /** Whether the name that was found last stands at `at`. */
  // @ts-ignore: decorator
  @inline
  isLastAt(at: usize): bool {
    return this.lastNumber >= 0 && isSame(at, this.lastText, this.lastLength);
  }

  /** The slot that has the name, else the empty one where it belongs. */
  private slotOf(at: usize, length: i32): usize {
    let hash: u32 = 0x811c9dc5;
    for (let i = 0; i < length; i++) hash = (hash ^ load<u8>(at + i)) * 0x01000193;
    let slot = this.slots + <usize>(hash & (SLOTS - 1)) * SLOT_BYTES;
    while (load<u32>(slot, 8) !== 0) {
      if (load<i32>(slot, 4) === length && isSame(at, load<u32>(slot), length)) break;
      hash++;
      slot = this.slots + <usize>(hash & (SLOTS - 1)) * SLOT_BYTES;
    }
    return slot;
  }
}
