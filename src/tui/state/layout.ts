import type { Size } from "./state.ts";

/** Title, filter and status take a line each. */
const FRAME_ROWS = 3;
/** Totals and titles of the columns. */
const TABLE_HEAD_ROWS = 2;
/** Below this nothing is drawn but a request for more. */
export const sizeMin: Size = { columns: 60, rows: 16 };

export function bodyRows({ rows }: Size): number {
  return Math.max(1, rows - FRAME_ROWS);
}

export function tableRows(size: Size): number {
  return Math.max(1, bodyRows(size) - TABLE_HEAD_ROWS);
}

/** The first row that is shown, so that a chosen one is among them. */
export function scrolledTo(row: number, top: number, rows: number): number {
  if (row < top) return row;
  return row >= top + rows ? row - rows + 1 : top;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
