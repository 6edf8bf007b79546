import { drawFrame } from "./screens/draw-frame.ts";
import type { State } from "./state/state.ts";
import type { Line, Span } from "./text/span.ts";

/**
 * What a state looks like. A line that is as it was stays the same object, and so do all lines
 * together: what does not change is not drawn again.
 */
export class ShownLines {
  #state: State | undefined;
  #lines: readonly Line[] = [];

  of(state: State): readonly Line[] {
    if (state !== this.#state) {
      this.#state = state;
      const lines = drawFrame(state).map((line, index) => {
        const before = this.#lines[index];
        return before !== undefined && isSameLine(before, line) ? before : line;
      });
      const isSame = lines.length === this.#lines.length;
      if (!isSame || lines.some((line, index) => line !== this.#lines[index])) this.#lines = lines;
    }
    return this.#lines;
  }
}

function isSameLine(a: Line, b: Line): boolean {
  return a.length === b.length && a.every((span, index) => isSameSpan(span, b[index]!));
}

function isSameSpan(a: Span, b: Span): boolean {
  return (
    a.text === b.text &&
    a.style.tone === b.style.tone &&
    a.style.isBold === b.style.isBold &&
    a.style.isInverse === b.style.isInverse
  );
}
