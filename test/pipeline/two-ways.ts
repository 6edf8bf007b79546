import { isDeepStrictEqual } from "node:util";
import type { CountedSource } from "../../src/pipeline/batch-counter.ts";
import { Counting, type CountingSettings, type Poison } from "./counted-lines.ts";
import { newSource, type SourceSettings } from "./new-source.ts";

export type WaysSettings = Omit<CountingSettings, "engine"> & SourceSettings;

type Way = { readonly counting: Counting; source: CountedSource };

/** The same lines counted by the engine with the grammar's help, and by the grammar alone. */
export class TwoWays {
  readonly #settings: WaysSettings;
  #engine: Way;
  #grammar: Way;

  constructor(settings: WaysSettings = {}) {
    this.#settings = settings;
    [this.#engine, this.#grammar] = this.#begin();
  }

  #begin(): [Way, Way] {
    const way = (engine: boolean): Way => ({
      counting: new Counting({ ...this.#settings, engine }),
      source: newSource(this.#settings),
    });
    return [way(true), way(false)];
  }

  /** Goes on with another source, of which nothing is known yet. */
  newSource(settings: SourceSettings = this.#settings): void {
    for (const way of [this.#engine, this.#grammar]) way.source = newSource(settings);
  }

  /** As the agent does before each batch. */
  setClock(notAfter: number, live: boolean): void {
    for (const { source } of [this.#engine, this.#grammar]) {
      source.clock.notAfter = notAfter;
      source.clock.live = live;
    }
  }

  add(text: string | Buffer, poison: Poison = ""): void {
    this.#engine.counting.add(this.#engine.source, text, poison);
    this.#grammar.counting.add(this.#grammar.source, text, poison);
  }

  /** Lines that the engine counted itself, of all. */
  get share(): { readonly engine: number; readonly all: number } {
    const { engineLines, lines } = this.#engine.counting;
    return { engine: engineLines, all: lines };
  }

  /** How the two differ in what was counted since the last time; empty when they do not. */
  difference(): string {
    const got = this.#engine.counting.take(this.#engine.source);
    const wanted = this.#grammar.counting.take(this.#grammar.source);
    if (isDeepStrictEqual(got, wanted)) return "";
    // What was counted otherwise would be different for ever.
    [this.#engine, this.#grammar] = this.#begin();
    return differencesOf("", got, wanted).slice(0, 5).join("\n");
  }
}

function differencesOf(name: string, got: unknown, wanted: unknown): string[] {
  if (isDeepStrictEqual(got, wanted)) return [];
  if (!isObject(got) || !isObject(wanted)) {
    return [`${name}: got ${JSON.stringify(got)}, expected ${JSON.stringify(wanted)}`];
  }
  const keys = new Set([...Object.keys(got), ...Object.keys(wanted)]);
  return [...keys].flatMap((key) => differencesOf(`${name}.${key}`, got[key], wanted[key]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
