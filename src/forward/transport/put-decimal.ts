const ZERO = 0x30;

/** Writes a whole number in decimal digits; returns where they end. */
export function putDecimal(into: Buffer, at: number, value: number): number {
  let end = at + 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) end++;
  let rest = value;
  for (let digit = end - 1; digit >= at; digit--) {
    into[digit] = ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return end;
}
