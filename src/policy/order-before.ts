/** An order before one of them and after those before it. */
export function orderBefore(order: number, orders: readonly number[]): number {
  const previous = orders
    .filter((each) => each < order)
    .reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
  return previous < order - 1 ? order - 1 : (previous + order) / 2;
}
