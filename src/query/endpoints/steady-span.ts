import { hashOfInterface } from "../../model/pod-interface.ts";
import { MICROS_PER_SECOND } from "../../model/time-unit.ts";
import type { NameSource } from "./name-source.ts";

/** Microseconds since the epoch, both of them within. */
export type TimeSpan = { readonly from: number; readonly to: number };

export type FlowSides = {
  readonly src: string;
  readonly dst: string;
  readonly in?: string | undefined;
  readonly out?: string | undefined;
};

/** A stamp in whole seconds may be of any time in it. */
const MARGIN_MICROS = MICROS_PER_SECOND + 1;

/**
 * The time around `time` in which the endpoints of a flow are told alike: no pod and no lease that
 * they are told from begins or ends in it. Undefined where one does so about then.
 */
export function steadySpan(
  names: NameSource,
  podInterfaces: readonly string[],
  flow: FlowSides,
  time: number,
): TimeSpan | undefined {
  let from = Number.NEGATIVE_INFINITY;
  let to = Number.POSITIVE_INFINITY;
  for (const moment of turningPoints(names, podInterfaces, flow)) {
    if (moment + MARGIN_MICROS <= time) from = Math.max(from, moment + MARGIN_MICROS);
    else if (moment - MARGIN_MICROS >= time) to = Math.min(to, moment - MARGIN_MICROS);
    else return undefined;
  }
  return { from, to };
}

function* turningPoints(
  names: NameSource,
  podInterfaces: readonly string[],
  { src, dst, in: from = "", out: to = "" }: FlowSides,
): Generator<number> {
  for (const name of [from, to]) {
    const hash = hashOfInterface(name, podInterfaces);
    for (const pod of hash === undefined ? [] : names.podsOf(hash)) yield* [pod.from, pod.to];
  }
  for (const lease of [src, dst].flatMap((address) => names.leasesOf(address))) {
    yield* [lease.from, lease.to];
  }
}
