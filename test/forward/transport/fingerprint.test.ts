import { expect, test } from "vitest";
import { parseFingerprint } from "../../../src/forward/transport/fingerprint.ts";

const digits = "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9";
const colons = digits.toUpperCase().match(/../g)!.join(":");

test.for([
  ["as rsyslog writes it", `SHA256:${colons}`],
  ["as Node writes it", colons],
  ["as openssl writes it", `sha256 Fingerprint=${colons}`],
  ["as OpenSSL 1 wrote it", `SHA256 Fingerprint=${colons}`],
  ["as sha256sum writes it", digits],
  ["with spaces around", ` ${colons.toLowerCase()}\n`],
] as const)("parseFingerprint() reads it %s", ([, text]) => {
  expect(parseFingerprint(text)).toBe(`SHA256:${colons}`);
});

test.for([
  ["nothing", ""],
  ["one digit too few", digits.slice(1)],
  ["one too many", `${digits}0`],
  ["no digit", `${digits.slice(1)}g`],
  ["SHA-1", `SHA1:${colons.slice(0, 59)}`],
] as const)("parseFingerprint() does not read %s", ([, text]) => {
  expect(parseFingerprint(text)).toBe(undefined);
});
