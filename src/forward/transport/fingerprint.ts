const SHA256_DIGITS = 64;

/**
 * The SHA-256 of a certificate in the form that all tools here print, `SHA256:AB:CD:...`, from
 * hexadecimal digits with or without colons, upper or lower case, with or without `SHA256:`;
 * undefined for what is none. rsyslog, Node and openssl each print one of these.
 */
export function parseFingerprint(text: string): string | undefined {
  const digits = text
    .trim()
    .replace(/^sha-?256(?: fingerprint)?[:=]/i, "")
    .replaceAll(":", "");
  if (digits.length !== SHA256_DIGITS || !/^[0-9a-f]+$/i.test(digits)) return undefined;
  return `SHA256:${digits.toUpperCase().match(/../g)!.join(":")}`;
}

/** The same, of digits that a certificate has. */
export function formatFingerprint(digits: string): string {
  const formatted = parseFingerprint(digits);
  if (formatted === undefined) throw new SyntaxError(`Cannot read fingerprint "${digits}"`);
  return formatted;
}
