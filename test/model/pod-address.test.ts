import { expect, test } from "vitest";
import { parseAddress } from "../../src/model/address.ts";
import { canBePods } from "../../src/model/pod-address.ts";

test.for([
  ["10.244.1.7", true],
  ["100.64.0.7", true],
  ["203.0.113.7", true],
  ["8.8.8.8", true],
  // GKE and others give it to pods.
  ["240.1.2.3", true],
  ["198.18.0.7", true],
  ["fd00::7", true],
  ["2600::7", true],
  ["0.0.0.0", false],
  ["127.0.0.1", false],
  ["169.254.1.1", false],
  ["224.0.0.251", false],
  ["239.255.255.250", false],
  ["255.255.255.255", false],
  ["::", false],
  ["::1", false],
  ["fe80::ecee:eeff:feee:eeee", false],
  ["ff02::fb", false],
  ["::ffff:224.0.0.251", false],
] as const)("%s can be the address of one pod: %s", ([text, is]) => {
  expect(canBePods(parseAddress(text)!)).toBe(is);
});
