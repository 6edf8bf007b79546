import type { Cell } from "../../query/output/csv.ts";

/** How the sides of a flow are called in columns: `srcPod`, `dstNetwork`, as in other CSV. */
const sides: Readonly<Record<string, string>> = { source: "src", destination: "dst" };

/** A row without fields within fields. */
export function flatRow(row: Readonly<Record<string, unknown>>, prefix = ""): Map<string, Cell> {
  const flat = new Map<string, Cell>();
  for (const [name, value] of Object.entries(row)) {
    const title = prefix === "" ? name : `${prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    if (value === undefined || value === null) continue;
    if (Array.isArray(value)) flat.set(title, value.map(String));
    else if (typeof value === "object") {
      const within = flatRow(value as Record<string, unknown>, sides[title] ?? title);
      for (const [key, cell] of within) flat.set(key, cell);
    } else flat.set(title, value as Cell);
  }
  return flat;
}
