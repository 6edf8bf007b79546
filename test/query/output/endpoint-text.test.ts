import { expect, test } from "vitest";
import type { Endpoint } from "../../../src/model/endpoint.ts";
import { endpointText } from "../../../src/query/output/endpoint-text.ts";

test.for<readonly [Endpoint, string]>([
  [{}, "10.9.0.1"],
  [{ namespace: "shop", pod: "web-0", network: "vpc" }, "shop/web-0"],
  [{ network: "vpc", class: "private" }, "10.9.0.1 (vpc)"],
  [{ node: "worker-1", network: "vpc" }, "10.9.0.1 (worker-1)"],
  [{ node: "worker-1", network: "vpc", mayBeNat: true }, "10.9.0.1 (worker-1, NAT?)"],
  [{ network: "vpc", mayBeNat: true }, "10.9.0.1 (vpc, NAT?)"],
  [{ class: "private", mayBeNat: true }, "10.9.0.1 (NAT?)"],
  [{ ambiguous: true, network: "vpc", mayBeNat: true }, "10.9.0.1 (ambiguous, vpc)"],
])("%j is %s", ([endpoint, text]) => {
  expect(endpointText("10.9.0.1", endpoint)).toBe(text);
});
