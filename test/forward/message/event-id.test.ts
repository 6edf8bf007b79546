import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  EVENT_ID_CHARACTERS_MAX,
  eventIds,
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
    expect(eventIds("worker-1", "content")(324_000)).toBe("971cc2d606d2d9f61297-00006y00");
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
          eventIds(node, content)(at),
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
    expect(eventIds("ab", "c")(1)).not.toBe(eventIds("a", "bc")(1));
    expect(flowId("n", "f", 1, 11)).not.toBe(flowId("n", "f", 11, 1));
  });

  test("of one content sort as its lines do", () => {
    const idOf = eventIds("worker-1", "content");
    const offsets = [0, 35, 36, 999, 46_656, 2 ** 31, 2 ** 40];
    const ids = offsets.map(idOf);
    expect(ids.toSorted()).toEqual(ids);
  });

  test("say where the line begins", () => {
    const id = eventIds("worker-1", "content")(123_456_789);
    expect(Number.parseInt(id.split("-")[1]!, 36)).toBe(123_456_789);
  });
});
