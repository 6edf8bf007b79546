import type { Key } from "ink";

const named = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "esc"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  // What the backspace key of most terminals sends.
  ["delete", "backspace"],
] as const satisfies readonly (readonly [keyof Key, string])[];

/**
 * The names of what was pressed: `enter`, `S-left`, `ctrl-u`, or characters, one by one, for a fast
 * hand or a paste gives several at once.
 */
export function normalKeys(input: string, key: Key): string[] {
  const special = named.find(([property]) => key[property]);
  if (special !== undefined) return [`${key.shift ? "S-" : ""}${special[1]}`];
  if (key.ctrl) return input === "" ? [] : [`ctrl-${input}`];
  if (key.meta) return [];
  return Array.from(input, (character) =>
    character === "\r" || character === "\n" ? "enter" : character,
  );
}
