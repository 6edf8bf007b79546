import fc from "fast-check";
import type { Lease, NameSource, PodLife } from "../../../src/query/endpoints/name-source.ts";

export const hashes = ["0123456789a", "0123456789b"] as const;
export const addresses = ["10.0.0.1", "10.0.0.2", "10.0.0.9"] as const;

const START = Date.UTC(2026, 10, 22, 13) * 1000;
const SECONDS = 240;

/** Times at which names come and go, many of them next to others; microseconds since the epoch. */
export const moment = fc
  .tuple(fc.nat({ max: SECONDS }), fc.constantFrom(0, 0, 1, 500_000, 999_999))
  .map(([seconds, micros]) => START + seconds * 1_000_000 + micros);

const life = fc
  .tuple(moment, fc.option(moment, { nil: Number.POSITIVE_INFINITY }))
  .map(([one, other]) => ({ from: Math.min(one, other), to: Math.max(one, other) }));
const pods = fc.array(
  fc.tuple(fc.constantFrom(...hashes), fc.constantFrom("web-0", "web-1"), life),
  { maxLength: 3 },
);
const leases = fc.array(
  fc.tuple(fc.constantFrom(...addresses), fc.constantFrom("", ...hashes), life),
  { maxLength: 3 },
);

/** A few pods and leases. */
export const names: fc.Arbitrary<NameSource> = fc
  .tuple(pods, leases)
  .map(([somePods, someLeases]) => {
    const podsOf = (hash: string): PodLife[] =>
      somePods
        .filter(([of]) => of === hash)
        .map(([, name, { from, to }]) => ({ namespace: "shop", name, uid: `${from}`, from, to }))
        .toSorted((a, b) => a.from - b.from);
    const leasesOf = (address: string): Lease[] =>
      someLeases
        .filter(([of]) => of === address)
        .map(([, hash, { from, to }]) => ({ node: "worker-1", hash, from, to }));
    const source = { podsOf, leasesOf, current: () => source };
    return source;
  });
