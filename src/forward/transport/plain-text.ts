const TEXT_LENGTH_MAX = 256;

/** What a server says of itself, for people: it may be anybody, and its text anything. */
export function plainText(text: string): string {
  return text.slice(0, TEXT_LENGTH_MAX).replaceAll(/[^\x20-\x7e]/g, "?");
}
