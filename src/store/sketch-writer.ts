import type Database from "better-sqlite3";
import { SourceSketch } from "../model/source-sketch.ts";
import { MINUTES_PER_DAY, MINUTES_PER_HOUR } from "../model/time-unit.ts";

/** Sketches by span, then by row. */
type Sketches = Map<number, Map<number, SourceSketch>>;

/** Merges the sources of `other` rows into the rows of minutes, hours and days. */
export class SketchWriter {
  readonly #tables: readonly {
    readonly minutes: number;
    readonly find: Database.Statement<[number, number], Buffer | null>;
    readonly update: Database.Statement<[Uint8Array, number, number]>;
  }[];
  #sketches: Sketches = new Map();

  constructor(database: Database.Database) {
    const table = (unit: string, minutes: number) => {
      const key = `WHERE ${unit} = ? AND flow = ?`;
      const find = database
        .prepare<[number, number], Buffer | null>(`SELECT sources FROM flow_${unit}s ${key}`)
        .pluck();
      const update = database.prepare<[Uint8Array, number, number]>(
        `UPDATE flow_${unit}s SET sources = ? ${key}`,
      );
      return { minutes, find, update };
    };
    this.#tables = [
      table("minute", 1),
      table("hour", MINUTES_PER_HOUR),
      table("day", MINUTES_PER_DAY),
    ];
  }

  add(row: number, minute: number, source: number): void {
    sketchOf(this.#sketches, minute, row).add(source);
  }

  /** Writes them; the rows must be there. */
  flush(): void {
    for (const { minutes, find, update } of this.#tables) {
      const longer: Sketches = minutes === 1 ? this.#sketches : new Map();
      if (minutes > 1) {
        for (const [minute, rows] of this.#sketches) {
          const span = Math.floor(minute / minutes);
          for (const [row, sketch] of rows) sketchOf(longer, span, row).merge(sketch);
        }
      }
      for (const [span, rows] of longer) {
        for (const [row, sketch] of rows) {
          const known = find.get(span, row);
          if (known !== undefined && known !== null) sketch.mergeBytes(known);
          update.run(sketch.bytes(), span, row);
        }
      }
    }
    this.discard();
  }

  discard(): void {
    this.#sketches = new Map();
  }
}

function sketchOf(sketches: Sketches, span: number, row: number): SourceSketch {
  let rows = sketches.get(span);
  if (rows === undefined) sketches.set(span, (rows = new Map()));
  let sketch = rows.get(row);
  if (sketch === undefined) rows.set(row, (sketch = new SourceSketch()));
  return sketch;
}
