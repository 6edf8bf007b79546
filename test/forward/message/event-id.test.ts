import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  EVENT_ID_CHARACTERS_MAX,
  EventIds,
  flowId,
  noticeId,
} from "../../../src/forward/message/event-id.ts";

const anything = fc.string({ unit: "binary" });
const offset = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const lines = fc.tuple(anything, anything, offset);
const parts = fc.tuple(anything, anything, offset, fc.nat({ max: 100_000 }));
const form = new RegExp(`^[\\w-]{1,${EVENT_ID_CHARACTERS_MAX}}$`);

describe("ids", () => {
  test("are these: receivers have them in their stores", () => {
    expect(new EventIds("worker-1", "content").of(324_000)).toBe("971cc2d606d2d9f61297-00006y00");
    expect(flowId("worker-1", "flow", 1_795_352_400_000_000, 1)).toBe(
      "d0aa8d66f5d207203995-hoedi8c1s0-1",
    );
    expect(noticeId("worker-1", 1_795_352_400_000_000, "text")).toBe(
      "945e14f1a3a4ef92304a-hoedi8c1s0",
    );
  });

  test("are the same for the same and others for others", () => {
    fc.assert(
      fc.property(lines, lines, (one, other) => {
        const [first, second] = [one, other].map(([node, content, at]) =>
          new EventIds(node, content).of(at),
        );
        expect(first).toMatch(form);
        expect(first === second).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(flowId(...one)).toMatch(form);
        expect(flowId(...one) === flowId(...other)).toBe(
          JSON.stringify(one) === JSON.stringify(other),
        );
      }),
    );
    fc.assert(
      fc.property(lines, ([node, text, time]) => {
        expect(noticeId(node, time, text)).toMatch(form);
      }),
    );
  });

  test("do not run together where names and contents do", () => {
    expect(new EventIds("ab", "c").of(1)).not.toBe(new EventIds("a", "bc").of(1));
    expect(flowId("n", "f", 1, 11)).not.toBe(flowId("n", "f", 11, 1));
  });

  test("of one content sort as its lines do", () => {
    const ids = new EventIds("worker-1", "content");
    const offsets = [0, 35, 36, 999, 46_656, 2 ** 31, 2 ** 40];
    const texts = offsets.map((at) => ids.of(at));
    expect(texts.toSorted()).toEqual(texts);
  });

  test("say where the line begins", () => {
    fc.assert(
      fc.property(offset, (at) => {
        const [, digits = ""] = new EventIds("worker-1", "content").of(at).split("-");
        expect(digits).toBe(at.toString(36).padStart(8, "0"));
      }),
    );
  });
});
