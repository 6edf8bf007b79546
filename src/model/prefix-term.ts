/** What `--prefix` asks for to find a LOG prefix; SQL has it as `rtrim(text, ': ')`. */
export function prefixTerm(prefix: string): string {
  return prefix.replace(/[: ]+$/, "");
}
