/** Up to here there are orders between any two whole numbers, and room for those after them. */
export const orderMax = 1_000_000_000_000;
