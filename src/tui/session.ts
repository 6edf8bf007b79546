import type { Pulse } from "../query/pulse.ts";
import type { Notes } from "./notes/note.ts";
import type { NotesFile } from "./notes/notes-file.ts";
import type { Answer, Ask } from "./queries/ask.ts";
import type { QueryClient } from "./queries/query-client.ts";
import { askOf } from "./state/ask-of.ts";
import { noFilter } from "./state/filter.ts";
import { newOverview } from "./state/new-view.ts";
import { isSlow } from "./state/is-slow.ts";
import { type Event, reduce } from "./state/reduce.ts";
import { type Reading, shownView, type Size, type State, type View } from "./state/state.ts";
import type { Effect } from "./state/step.ts";

const PULSE_MS = 1000;

/** The outside world of a session. */
export interface SessionWorld {
  /** Microseconds since the epoch. */
  now(): number;
  quit(): void;
  copy(text: string): void;
  /** Resolves to the sentence that tells what became of it. */
  export(
    effect: Extract<Effect, { kind: "export" }>,
    view: View,
    ask: Ask | undefined,
  ): Promise<string>;
  readonly notes: NotesFile;
}

/** What the answers come from. */
export type Shown = Pick<State, "source" | "isLive">;

/** Keeps the state: events change it, what the shown view wants to know is asked. */
export class Session implements Disposable {
  readonly #client: QueryClient;
  readonly #world: SessionWorld;
  readonly #listeners = new Set<() => void>();
  readonly #viewOf = new WeakMap<Ask, number>();
  /** What each view was asked last, as JSON. */
  readonly #asked = new Map<number, string>();
  readonly #timer: NodeJS.Timeout;
  #lastView = -1;
  #version: number | undefined;
  #isOpen = false;
  #state: State;

  constructor(client: QueryClient, world: SessionWorld, shown: Shown, size: Size) {
    this.#client = client;
    this.#world = world;
    this.#state = {
      views: [newOverview(0, noFilter)],
      size,
      isPaused: false,
      ...shown,
      nextId: 1,
      now: world.now(),
      notes: {},
      showsMuted: false,
    };
    this.#noted(() => world.notes.read());
    client.events = {
      answered: (ask, answer) => this.#answered(ask, answer),
      refused: (ask, message) => this.#refused(ask, message),
      beat: (pulse) => this.#beat(pulse),
      failed: (text) => this.dispatch({ kind: "said", text, isBad: true }),
    };
    this.#timer = setInterval(() => {
      if (this.#isOpen) client.pulse();
    }, PULSE_MS);
  }

  readonly snapshot = (): State => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The database can be asked from now on. */
  opened(): void {
    this.#isOpen = true;
    // Before the first question: what is committed after its answer is then a change.
    this.#client.pulse();
    this.dispatch({ kind: "reading", reading: undefined });
  }

  reading(reading: Reading): void {
    this.dispatch({ kind: "reading", reading });
  }

  press(key: string): void {
    this.dispatch({ kind: "key", key, now: this.#world.now() });
  }

  say(text: string, isBad: boolean): void {
    this.dispatch({ kind: "said", text, isBad });
  }

  resize(size: Size): void {
    const { columns, rows } = this.#state.size;
    if (columns !== size.columns || rows !== size.rows) this.dispatch({ kind: "resized", size });
  }

  dispatch(event: Event): void {
    const { state, effect } = reduce(this.#state, event);
    if (state !== this.#state) {
      this.#state = state;
      for (const listener of this.#listeners) listener();
    }
    if (effect !== undefined) this.#run(effect);
    this.#ask(false);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** Asks what the shown view wants to know, unless it knows it; `again` when that has changed. */
  #ask(again: boolean): void {
    if (!this.#isOpen) return;
    if (!this.#state.views.some(({ screen }) => screen === "sql")) this.#client.stopSql();
    const view = shownView(this.#state);
    const ask = askOf(this.#state);
    if (ask === undefined) return;
    const key = JSON.stringify(ask);
    const isKnown = this.#asked.get(view.id) === key;
    // Who comes back to a view sees it at once as it was, and then as it is.
    const isBack = view.id !== this.#lastView && !this.#state.isPaused;
    this.#lastView = view.id;
    if (isKnown && (isSlow(view) || (!again && !isBack))) return;
    this.#asked.set(view.id, key);
    this.#viewOf.set(ask, view.id);
    this.#client.ask(ask);
  }

  #answered(ask: Ask, answer: Answer): void {
    const view = this.#viewOf.get(ask);
    if (view !== undefined) this.dispatch({ kind: "answered", view, answer });
  }

  #refused(ask: Ask, message: string): void {
    const view = this.#viewOf.get(ask);
    if (view !== undefined) this.dispatch({ kind: "refused", view, message });
  }

  #beat(pulse: Pulse): void {
    const isNew = this.#version !== undefined && pulse.version !== this.#version;
    if (!this.#state.isPaused || this.#version === undefined) {
      this.#version = pulse.version;
      this.dispatch({ kind: "beat", pulse, now: this.#world.now() });
      if (isNew) this.#ask(true);
    }
  }

  #run(effect: Effect): void {
    switch (effect.kind) {
      case "quit":
        this.#world.quit();
        return;
      case "copy":
        this.#world.copy(effect.text);
        return;
      case "export":
        void this.#export(effect);
        return;
      case "note":
        this.#noted(() => this.#world.notes.change(effect.flow, effect.change));
    }
  }

  #noted(notes: () => Notes): void {
    try {
      this.dispatch({ kind: "noted", notes: notes() });
    } catch (error) {
      this.say((error as Error).message, true);
    }
  }

  async #export(effect: Extract<Effect, { kind: "export" }>): Promise<void> {
    try {
      const [view, ask] = [shownView(this.#state), askOf(this.#state)];
      this.say(await this.#world.export(effect, view, ask), false);
    } catch (error) {
      this.say((error as Error).message, true);
    }
  }
}
