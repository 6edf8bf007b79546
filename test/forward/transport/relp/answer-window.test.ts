import fc from "fast-check";
import { expect, test } from "vitest";
import { AnswerWindow } from "../../../../src/forward/transport/relp/answer-window.ts";

test("AnswerWindow counts as a list of what is unanswered does", () => {
  const step = fc.oneof(fc.constant("take" as const), fc.nat({ max: 40 }));
  fc.assert(
    fc.property(fc.array(step), fc.integer({ min: 1, max: 9 }), (steps, framesMax) => {
      const window = new AnswerWindow(2, framesMax);
      const unanswered = new Set<number>();
      let next = 2;
      for (const answered of steps) {
        if (answered === "take") {
          if (window.isFull) continue;
          expect(window.take()).toBe(next);
          unanswered.add(next++);
        } else {
          expect(window.answer(answered)).toBe(unanswered.delete(answered));
        }
        const oldest = Math.min(next, ...unanswered);
        expect(window.oldest).toBe(oldest);
        expect(window.isEmpty).toBe(unanswered.size === 0);
        expect(window.isFull).toBe(next - oldest >= framesMax);
      }
    }),
  );
});
