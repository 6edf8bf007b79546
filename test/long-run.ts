/** Whether all is tried that may take long: `npm run test:long`. */
export const isLong = process.env["DENYSCOPE_TEST_LONG"] !== undefined;

const SHORT_SHARE = 1 / 20;

/** How often a property is tried: so often in a long run, otherwise a twentieth of that. */
export function runs(count: number): number {
  return isLong ? count : Math.ceil(count * SHORT_SHARE);
}
