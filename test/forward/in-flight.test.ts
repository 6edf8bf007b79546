import fc from "fast-check";
import { expect, test } from "vitest";
import { InFlight } from "../../src/forward/in-flight.ts";

const at = (n: number) => ({ chunk: Math.floor(n / 10), record: n % 10 });
const placeOf = (n: number) => ({ position: at(n), after: at(n + 1) });

const step = fc.oneof(
  fc.record({ do: fc.constant("add" as const), count: fc.integer({ min: 1, max: 6000 }) }),
  fc.record({ do: fc.constant("settle" as const), ahead: fc.integer({ min: -5, max: 7000 }) }),
  fc.record({ do: fc.constant("clear" as const) }),
);

test("InFlight agrees with a list of what is not settled", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const inFlight = new InFlight();
      let first = 0;
      let next = 0;
      let message = 0;
      for (const each of steps) {
        if (each.do === "add") {
          for (let n = 0; n < each.count; n++) inFlight.add(placeOf(message + n));
          next += each.count;
          message += each.count;
        } else if (each.do === "settle") {
          const upTo = first + each.ahead;
          const count = Math.max(0, Math.min(upTo + 1, next) - first);
          const settled = inFlight.settle(upTo);
          expect(settled?.count ?? 0).toBe(count);
          first += count;
          if (count > 0) expect(settled?.after).toEqual(at(message - (next - first)));
        } else {
          inFlight.clear();
          message -= next - first;
          first = 0;
          next = 0;
        }
        expect(inFlight.size).toBe(next - first);
        expect(inFlight.ticket).toBe(next);
        const oldest = inFlight.size > 0 ? at(message - inFlight.size) : undefined;
        if (oldest !== undefined) expect(inFlight.positionOf(first)).toEqual(oldest);
      }
    }),
  );
});
