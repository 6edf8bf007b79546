import type { Command } from "./keys.ts";

type Place = { readonly row: number; readonly screen: number; readonly last: number };

const moves: Readonly<Partial<Record<Command, (place: Place) => number>>> = {
  up: ({ row }) => row - 1,
  down: ({ row }) => row + 1,
  "page-up": ({ row, screen }) => row - screen,
  "page-down": ({ row, screen }) => row + screen,
  first: () => 0,
  last: ({ last }) => last,
};

/** Where a key of movement leads to, which may be too far; undefined for other keys. */
export function movedRow(command: Command, place: Place): number | undefined {
  return moves[command]?.(place);
}
