import { expect, test } from "vitest";
import { directionOf } from "../../src/model/direction.ts";
import { isPodInterface } from "../../src/model/pod-interface.ts";

test.each([
  ["", "cali0258606045f", "ingress"],
  ["eth0", "cali0258606045f", "ingress"],
  ["cali0258606045f", "", "egress"],
  ["cali0258606045f", "eth0", "egress"],
  ["cali0258606045f", "cali7240507a6be", "local"],
  ["cali0258606045f", "cali0258606045f", "local"],
  ["eni1a2b3c4d5e6", "azv1234567890a", "local"],
  ["tunl0", "gke1234567890a", "ingress"],
  ["eth0", "", "host-ingress"],
  ["", "eth0", "host-egress"],
  ["eth0", "eth1", "forward"],
  ["vxlan.calico", "eth0", "forward"],
  ["xcali0", "eth0", "forward"],
  ["", "", "host-ingress"],
] as const)("directionOf() from %j to %j is %s", (inInterface, outInterface, direction) => {
  expect(directionOf(inInterface, outInterface)).toBe(direction);
});

test.each([
  ["cali", true],
  ["cali0258606045f", true],
  ["Cali0258606045f", false],
  ["vxlan.calico", false],
  ["veth1a2b3c4d", false],
  ["eth0", false],
  ["", false],
])("isPodInterface(%j) is %s", (name, expected) => {
  expect(isPodInterface(name)).toBe(expected);
});
