/**
 * Control characters of C0 and C1, and those that reorder or hide text: bidirectional overrides,
 * zero-width characters, line and paragraph separators, tags.
 */
export const unsafeCharacters = new RegExp(
  [
    String.raw`[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u200b-\u200f\u2028-\u202e`,
    String.raw`\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]`,
  ].join(""),
  "gu",
);

/** More marks on one letter than this are no writing, but an attempt to cover the lines around. */
const stackedMarks = /(\p{M}{3})\p{M}+/gu;

/**
 * The only way of text that came from a log or from a file name to a terminal or into a message:
 * what a terminal would obey is shown as an escape instead, and half a character as U+FFFD.
 */
export function printable(text: string): string {
  return text.toWellFormed().replace(unsafeCharacters, escape).replace(stackedMarks, "$1");
}

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}
