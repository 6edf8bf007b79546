import { namingDefaults } from "../../src/query/endpoints/naming.ts";
import { answerAsk } from "../../src/tui/queries/answer-ask.ts";
import { drawFrame } from "../../src/tui/screens/draw-frame.ts";
import type { Notes } from "../../src/tui/notes/note.ts";
import { askOf } from "../../src/tui/state/ask-of.ts";
import { noFilter } from "../../src/tui/state/filter.ts";
import { newOverview } from "../../src/tui/state/new-view.ts";
import { reduce } from "../../src/tui/state/reduce.ts";
import { shownView, type Size, type State } from "../../src/tui/state/state.ts";
import type { Effect } from "../../src/tui/state/step.ts";
import { DAY_START, type SeededDatabase } from "../query/seeded-database.ts";

/** When keys are pressed: a minute after three in the afternoon of the day. */
const NOW = DAY_START + (15 * 60 + 1) * 60_000_000;

/** The screen without a terminal: keys change its state, a real database answers at once. */
export class KeyedState {
  state: State;
  effects: Effect[] = [];
  readonly #seeded: SeededDatabase;

  constructor(seeded: SeededDatabase, size: Size = { columns: 80, rows: 24 }) {
    this.#seeded = seeded;
    this.state = {
      views: [newOverview(0, noFilter)],
      size,
      isPaused: false,
      source: "test.db",
      isLive: true,
      nextId: 1,
      now: NOW,
      notes: {},
      showsMuted: false,
    };
    this.#answer();
  }

  press(...keys: readonly string[]): this {
    for (const key of keys) {
      const { state, effect } = reduce(this.state, { kind: "key", key, now: NOW });
      this.state = state;
      if (effect !== undefined) this.effects.push(effect);
      this.#answer();
    }
    return this;
  }

  /** A text, key by key. */
  type(text: string): this {
    return this.press(...Array.from(text));
  }

  /** As if the file of notes held these. */
  noted(notes: Notes): this {
    this.state = reduce(this.state, { kind: "noted", notes }).state;
    this.#answer();
    return this;
  }

  /** The view as it is now, and what it is about. */
  get view() {
    return shownView(this.state);
  }

  get lines(): string[] {
    return drawFrame(this.state).map((line) => line.map(({ text }) => text).join(""));
  }

  get text(): string {
    return this.lines.map((line) => line.trimEnd()).join("\n");
  }

  #answer(): void {
    const ask = askOf(this.state);
    if (ask === undefined) return;
    const { id: view } = this.view;
    try {
      const answer = answerAsk(this.#seeded.database, namingDefaults, ask, NOW);
      this.state = reduce(this.state, { kind: "answered", view, answer }).state;
    } catch (error) {
      const { message } = error as Error;
      this.state = reduce(this.state, { kind: "refused", view, message }).state;
    }
  }
}
