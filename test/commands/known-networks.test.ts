import { expect, test } from "vitest";
import { refuseUnknownNetworks } from "../../src/commands/known-networks.ts";
import { parseTerm, type TermName } from "../../src/model/filter-term.ts";
import { parseNetworks } from "../../src/model/network.ts";

const networks = parseNetworks({ vpc: ["10.0.0.0/8", "fd00::/8"], office: "192.0.2.0/24" });

test.for<readonly [TermName, string, boolean, string?]>([
  ["network", "vpc", false],
  ["to-network", "office", true],
  ["from-network", "private", false],
  // Of other names nobody knows all.
  ["pod", "vpx", false],
  ["policy", "vpx", true],
  [
    "network",
    "vpx",
    false,
    'Cannot filter by --network "vpx": expected one of vpc, office, public,',
  ],
  ["to-network", "Office", true, 'Cannot filter by --to-network "Office": expected one of vpc,'],
])("a filter by --%s %s, negated: %s", ([name, text, isNegated, refused]) => {
  const ask = () => refuseUnknownNetworks([parseTerm(name, text, isNegated)], networks);
  if (refused === undefined) expect(ask).not.toThrow();
  else expect(ask).toThrow(refused);
});
