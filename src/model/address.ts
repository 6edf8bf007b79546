/**
 * Addresses as numbers: a family (4 or 6) and four 32-bit words in network order. IPv4 uses the
 * last word only, so that one layout serves tables, keys and comparisons.
 */
export type AddressWords = readonly [number, number, number, number];

export type Address = { readonly family: 4 | 6; readonly words: AddressWords };

/** RFC 5952 text of an address: lower case, the longest run of zero groups compressed. */
export function formatAddress(
  family: number,
  word0: number,
  word1: number,
  word2: number,
  word3: number,
): string {
  if (family === 4) {
    return `${word3 >>> 24}.${(word3 >>> 16) & 255}.${(word3 >>> 8) & 255}.${word3 & 255}`;
  }
  // RFC 5952 section 5: an IPv4-mapped address keeps its dotted tail.
  if (word0 === 0 && word1 === 0 && word2 >>> 0 === 0xffff) {
    return `::ffff:${formatAddress(4, 0, 0, 0, word3)}`;
  }
  const groups: number[] = [];
  for (const word of [word0, word1, word2, word3]) groups.push(word >>> 16, word & 0xffff);
  const zeros = longestZeroRun(groups);
  if (zeros.length < 2) return hex(groups);
  const head = groups.slice(0, zeros.start);
  const tail = groups.slice(zeros.start + zeros.length);
  return `${hex(head)}::${hex(tail)}`;
}

function hex(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(":");
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
    start += length;
  }
  return best;
}

/** Reads the text of an IPv4 or IPv6 address; undefined when it is neither. */
export function parseAddress(text: string): Address | undefined {
  const word = parseDotted(text);
  if (word !== undefined) return { family: 4, words: [0, 0, 0, word] };
  return parseColons(text);
}

const dotted = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

function parseDotted(text: string): number | undefined {
  const match = dotted.exec(text);
  if (match === null) return undefined;
  let word = 0;
  for (let part = 1; part <= 4; part++) {
    const value = Number(match[part]);
    if (value > 255) return undefined;
    word = (word << 8) | value;
  }
  return word;
}

function parseColons(text: string): Address | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const isWhole = halves.length === 1;
  const head = groupsOf(halves[0] ?? "", isWhole);
  const tail = isWhole ? [] : groupsOf(halves[1] ?? "", true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (isWhole ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<number>(missing).fill(0), ...tail];
  const word = (index: number) => ((groups[index] ?? 0) << 16) | (groups[index + 1] ?? 0);
  return { family: 6, words: [word(0), word(2), word(4), word(6)] };
}

/** Only the end of an address may be dotted. */
function groupsOf(text: string, mayEndDotted: boolean): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const word = mayEndDotted && isLast ? parseDotted(part) : undefined;
    if (word !== undefined) {
      groups.push(word >>> 16, word & 0xffff);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

/** The lowest and highest address of a CIDR block; a bare address is a block of one. */
export type AddressRange = { readonly low: Address; readonly high: Address };

/** Reads `10.0.0.0/8`, `2001:db8::/32` or one address; undefined when it is none of these. */
export function parseCidr(text: string): AddressRange | undefined {
  const [addressText = "", lengthText, ...rest] = text.split("/");
  const address = parseAddress(addressText);
  if (address === undefined || rest.length > 0) return undefined;
  const bits = address.family === 4 ? 32 : 128;
  if (lengthText !== undefined && !/^\d{1,3}$/.test(lengthText)) return undefined;
  const length = lengthText === undefined ? bits : Number(lengthText);
  if (length > bits) return undefined;
  const low: number[] = [];
  const high: number[] = [];
  for (const [index, word] of address.words.entries()) {
    const kept = Math.min(32, Math.max(0, length - 32 * index - (address.family === 4 ? -96 : 0)));
    const mask = kept === 0 ? 0 : -1 << (32 - kept);
    low.push(word & mask);
    high.push(word | ~mask);
  }
  if (address.family === 4) high.fill(0, 0, 3);
  const words = (values: readonly number[]) => values as unknown as AddressWords;
  return {
    low: { family: address.family, words: words(low) },
    high: { family: address.family, words: words(high) },
  };
}
