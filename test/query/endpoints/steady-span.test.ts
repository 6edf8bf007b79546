import fc from "fast-check";
import { expect, test } from "vitest";
import { EndpointResolver } from "../../../src/query/endpoints/endpoint-resolver.ts";
import { namingDefaults } from "../../../src/query/endpoints/naming.ts";
import { runs } from "../../long-run.ts";
import { addresses, hashes, moment, names } from "./generated-names.ts";

const interfaceName = fc.constantFrom("", "eth0", ...hashes.map((hash) => `cali${hash}`));
const flow = fc.record({
  src: fc.constantFrom(...addresses),
  dst: fc.constantFrom(...addresses),
  in: interfaceName,
  out: interfaceName,
});

test("steadySpan() is a time in which endpoints are told alike", () => {
  let steady = 0;
  fc.assert(
    fc.property(
      names,
      flow,
      moment,
      fc.array(moment, { minLength: 20 }),
      (known, of, at, times) => {
        const resolver = new EndpointResolver(namingDefaults, known);
        const endpointsAt = (time: number) =>
          resolver.endpointsOf({ ...of, node: "worker-1", firstSeen: time, lastSeen: time });
        const span = resolver.steadySpan(of, at);
        if (span === undefined) return;
        steady++;
        for (const time of [...times, span.from, span.to].filter(Number.isFinite)) {
          if (time < span.from || time > span.to) continue;
          expect(endpointsAt(time)).toEqual(endpointsAt(at));
        }
      },
    ),
    { numRuns: runs(40_000) },
  );
  expect(steady).toBeGreaterThan(runs(10_000));
});

test("steadySpan() ends a second before a pod comes or goes, for stamps have no fraction", () => {
  const second = 1_000_000;
  const pod = { namespace: "shop", name: "web-0", uid: "u", from: 100 * second, to: 200 * second };
  const known = { podsOf: () => [pod], leasesOf: () => [], current: () => known };
  const resolver = new EndpointResolver(namingDefaults, known);
  const of = { src: "10.0.0.1", dst: "10.0.0.2", in: `cali${hashes[0]}`, out: "" };
  expect(resolver.steadySpan(of, 150 * second)).toEqual({
    from: 101 * second + 1,
    to: 199 * second - 1,
  });
  expect(resolver.steadySpan(of, 101 * second)).toBeUndefined();
  expect(resolver.steadySpan(of, 199 * second)).toBeUndefined();
  expect(resolver.steadySpan(of, 300 * second)).toEqual({
    from: 201 * second + 1,
    to: Number.POSITIVE_INFINITY,
  });
});
