const ZERO = 0x30;
const SPACE = 0x20;
const LF = 0x0a;
const CODE_DIGITS = 3;

/** The three digits with which an answer begins; undefined where it does not. */
export function answerCode(data: Buffer, bytes: number): number | undefined {
  if (bytes < CODE_DIGITS) return undefined;
  const after = data[CODE_DIGITS];
  if (bytes > CODE_DIGITS && after !== SPACE && after !== LF) return undefined;
  let code = 0;
  for (let at = 0; at < CODE_DIGITS; at++) {
    const digit = data[at]! - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    code = code * 10 + digit;
  }
  return code;
}
