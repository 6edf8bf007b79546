import { constant } from "./message-writer.ts";

/** What stands before the value of a field, by its name, made once. */
export function openings(make: (name: string) => string): (name: string) => Uint8Array {
  const known = new Map<string, Uint8Array>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const made = constant(make(name));
    known.set(name, made);
    return made;
  };
}
