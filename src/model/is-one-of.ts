/** Whether a text is one of the choices: what a list of literals and a union of them share. */
export function isOneOf<Choice extends string>(
  choices: readonly Choice[],
  text: string,
): text is Choice {
  return (choices as readonly string[]).includes(text);
}
