import { unsafeCharacters } from "../../model/printable.ts";

/**
 * JSON in which everything that a terminal would obey is a \u escape: a program reads the same
 * text, and a person who looks at it is safe.
 */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(unsafeCharacters, (character) =>
    // Line feeds between the lines are JSON's own: those in text are escaped already.
    character === "\n" ? character : escapeUnits(character),
  );
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const unit = character.charCodeAt(index).toString(16).padStart(4, "0");
    return `\\u${unit}`;
  }).join("");
}
