import { printable } from "../../model/printable.ts";

/** How a format writes a text. */
export type TextStyle = {
  /** 1 for each character of ASCII that stands for itself. */
  readonly plain: Uint8Array;
  /** A text with other characters: harmless, and as the format has it. */
  readonly escape: (text: string) => string;
};

const FIRST_PRINTABLE = 0x20;
const LAST_PRINTABLE = 0x7e;

/** Text as people read it: control characters and what reorders text become visible escapes. */
export const plainStyle: TextStyle = { plain: printableBut(""), escape: printable };

/** For printableBut(): printable ASCII without some characters. */
export function printableBut(characters: string): Uint8Array {
  const plain = new Uint8Array(LAST_PRINTABLE + 1).fill(1, FIRST_PRINTABLE);
  for (const character of characters) plain[character.charCodeAt(0)] = 0;
  return plain;
}
