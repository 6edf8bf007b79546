const orderMin = 3000;
const orderStep = 1000;

/** An order after all of them, and round; that of the recipe where it will do. */
export function logOrder(orders: readonly number[]): number {
  const last = orders.reduce((most, each) => Math.max(most, each), 0);
  return last < orderMin ? orderMin : (Math.floor(last / orderStep) + 1) * orderStep;
}
