import { mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { type Counted, countedIn, differences } from "./database.ts";
import { type Ended } from "./built-program.ts";
import { denyscope } from "./program.ts";

/** A folder with a log in it, and a database that it is imported into. */
export class Place implements Disposable {
  readonly #folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-import-"));

  path(name: string): string {
    return join(this.#folder.path, name);
  }

  /** Writes a file; gives its path. */
  write(name: string, content: readonly string[] | Uint8Array): string {
    const bytes = content instanceof Uint8Array ? content : Buffer.from(content.join(""));
    writeFileSync(this.path(name), bytes);
    return this.path(name);
  }

  async import(...args: readonly string[]): Promise<Ended> {
    return denyscope(["import", ...args, "--db", this.path("db")]);
  }

  counted(): Counted {
    return countedIn(this.path("db"));
  }

  [Symbol.dispose](): void {
    this.#folder.remove();
  }
}

const alone = new WeakMap<readonly string[], Promise<Counted>>();

/** What the lines count in a database of their own; the same array is counted once. */
export function countedAlone(content: readonly string[]): Promise<Counted> {
  const known = alone.get(content) ?? countAlone(content);
  alone.set(content, known);
  return known;
}

async function countAlone(content: readonly string[]): Promise<Counted> {
  using place = new Place();
  expect(await place.import(place.write("alone", content))).toMatchObject({ status: 0 });
  return place.counted();
}

export function expectCounts({ counts }: Counted, wanted: Counted): void {
  expect(differences(counts, wanted.counts)).toEqual([]);
}

/** Not a count has changed, nor what is known of the files. */
export function expectUnchanged(now: Counted, before: Counted): void {
  expectCounts(now, before);
  expect(differences(now.sources, before.sources)).toEqual([]);
  expect(now.recent).toBe(before.recent);
}
