const decoder = new TextDecoder();
const SLOTS_MIN = 64;

/**
 * Gives each distinct run of bytes a small number without making a string of it. At most
 * `namesMax` names are kept apart; further ones share the number of `otherName`.
 */
export class ByteDictionary {
  readonly #namesMax: number;
  readonly #otherName: string;
  #names: Uint8Array[] = [];
  #slots = new Int32Array(SLOTS_MIN).fill(-1);
  #taken = 0;
  #other = -1;
  /** The last answer: neighbouring lines mostly have the same names. */
  #last = -1;

  constructor(namesMax: number, otherName: string) {
    this.#namesMax = namesMax;
    this.#otherName = otherName;
  }

  get size(): number {
    return this.#names.length;
  }

  indexOf(bytes: Uint8Array, start: number, end: number): number {
    if (this.#last >= 0 && equals(this.#names[this.#last]!, bytes, start, end)) return this.#last;
    const slot = this.#slotOf(bytes, start, end);
    const index = this.#slots[slot]!;
    if (index < 0) {
      return this.#names.length < this.#namesMax
        ? this.#append(slot, bytes, start, end)
        : this.#otherIndex();
    }
    this.#last = index;
    return index;
  }

  indexOfText(text: string): number {
    const bytes = new TextEncoder().encode(text);
    return this.indexOf(bytes, 0, bytes.length);
  }

  /** Whether a number stands for all names beyond the bound. */
  isOther(index: number): boolean {
    return index === this.#other;
  }

  /** The number of a name that is kept apart whatever the bound is: the caller keeps them few. */
  indexOfReserved(text: string): number {
    const bytes = new TextEncoder().encode(text);
    const slot = this.#slotOf(bytes, 0, bytes.length);
    return this.#slots[slot]! < 0 ? this.#append(slot, bytes, 0, bytes.length) : this.#slots[slot]!;
  }

  nameOf(index: number): string {
    return decoder.decode(this.#names[index]);
  }

  /** The names that were not taken before, in the order of their numbers. */
  takeNew(): string[] {
    const names: string[] = [];
    for (; this.#taken < this.#names.length; this.#taken++) names.push(this.nameOf(this.#taken));
    return names;
  }

  #otherIndex(): number {
    // Found like any other: somebody may have written that very name.
    if (this.#other < 0) this.#other = this.indexOfReserved(this.#otherName);
    return this.#other;
  }

  #append(slot: number, bytes: Uint8Array, start: number, end: number): number {
    // A copy: slice() of a Buffer would be a view of bytes that are soon others.
    const index = this.#names.push(new Uint8Array(bytes.subarray(start, end))) - 1;
    this.#slots[slot] = index;
    if (this.#names.length * 2 > this.#slots.length) this.#grow();
    return index;
  }

  /** The slot that has a name, else the empty one where it belongs. */
  #slotOf(bytes: Uint8Array, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(bytes, start, end) & mask;
    while (
      this.#slots[slot]! >= 0 &&
      !equals(this.#names[this.#slots[slot]!]!, bytes, start, end)
    ) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    for (const [index, name] of this.#names.entries()) {
      let slot = hash(name, 0, name.length) & (slots.length - 1);
      while (slots[slot]! >= 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = index;
    }
    this.#slots = slots;
  }
}

/** FNV-1a. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let at = start; at < end; at++) value = Math.imul(value ^ bytes[at]!, 0x01000193);
  return value >>> 0;
}

function equals(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) {
    if (name[i] !== bytes[start + i]) return false;
  }
  return true;
}
