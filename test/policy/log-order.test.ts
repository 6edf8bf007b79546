import fc from "fast-check";
import { expect, test } from "vitest";
import { logOrder } from "../../src/policy/log-order.ts";
import { orderBefore } from "../../src/policy/order-before.ts";
import { orderMax } from "../../src/policy/order-max.ts";

const order = fc.double({ min: -orderMax, max: orderMax, noNaN: true });

test.for<[orders: number[], expected: number]>([
  [[], 3000],
  [[1000], 3000],
  [[2999.9], 3000],
  [[3000], 4000],
  [[10, 12345.5], 13000],
  [[-5], 3000],
  [[orderMax], orderMax + 1000],
])("after %j comes %d", ([orders, expected]) => {
  expect(logOrder(orders)).toBe(expected);
});

test("an order after others is after each of them", () => {
  fc.assert(
    fc.property(fc.array(order), (orders) => {
      expect(orders.filter((each) => each >= logOrder(orders))).toEqual([]);
    }),
  );
});

test.for<[order: number, orders: number[], expected: number]>([
  [500, [500], 499],
  [500, [500, 800], 499],
  [500, [499, 500], 499.5],
  [500, [499.5, 500], 499.75],
  [0, [-0.5, 0], -0.25],
])("before %d of %j comes %d", ([one, orders, expected]) => {
  expect(orderBefore(one, orders)).toBe(expected);
});
