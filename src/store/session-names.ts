import type Database from "better-sqlite3";
import type { CountedBatch } from "../model/counted-batch.ts";
import type { PrefixRows } from "./prefix-rows.ts";

/** Rows of the nodes and prefixes that a counting session knows by index. */
export class SessionNames {
  readonly #prefixRows: PrefixRows;
  readonly #insertNode: Database.Statement;
  #nodes: number[] = [];
  #prefixes: number[] = [];

  constructor(database: Database.Database, prefixes: PrefixRows) {
    this.#prefixRows = prefixes;
    // The no-op update makes RETURNING answer for rows that are there already.
    this.#insertNode = database
      .prepare(
        "INSERT INTO nodes (name) VALUES (?) ON CONFLICT DO UPDATE SET name = name RETURNING id",
      )
      .pluck();
  }

  node(index: number): number {
    return this.#nodes[index]!;
  }

  prefix(index: number): number {
    return this.#prefixes[index]!;
  }

  add(batch: CountedBatch): void {
    if (batch.startsSession) {
      this.#nodes = [];
      this.#prefixes = [];
    }
    for (const name of batch.nodes) this.#nodes.push(this.#insertNode.get(name) as number);
    for (const text of batch.prefixes) this.#prefixes.push(this.#prefixRows.rowOf(text));
  }

  /** What undoes the batches of a transaction that fails. */
  snapshot(): () => void {
    const nodes = this.#nodes;
    const prefixes = this.#prefixes;
    const lengths = [nodes.length, prefixes.length] as const;
    return () => {
      this.#nodes = nodes;
      this.#prefixes = prefixes;
      [nodes.length, prefixes.length] = lengths;
    };
  }
}
