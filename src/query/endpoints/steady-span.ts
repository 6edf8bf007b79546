import type { Mutable } from "../../model/mutable.ts";
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
  const span: Mutable<TimeSpan> = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  for (const name of [flow.in ?? "", flow.out ?? ""]) {
    const hash = hashOfInterface(name, podInterfaces);
    if (hash !== undefined && !narrow(span, names.podsOf(hash), time)) return undefined;
  }
  for (const address of [flow.src, flow.dst]) {
    if (!narrow(span, names.leasesOf(address), time)) return undefined;
  }
  return span;
}

/** Takes the parts away in which one of these begins or ends; false when `time` is in one. */
function narrow(span: Mutable<TimeSpan>, lives: readonly TimeSpan[], time: number): boolean {
  for (const { from, to } of lives) {
    if (!leaveOut(span, from, time) || !leaveOut(span, to, time)) return false;
  }
  return true;
}

function leaveOut(span: Mutable<TimeSpan>, moment: number, time: number): boolean {
  if (moment + MARGIN_MICROS <= time) span.from = Math.max(span.from, moment + MARGIN_MICROS);
  else if (moment - MARGIN_MICROS >= time) span.to = Math.min(span.to, moment - MARGIN_MICROS);
  else return false;
  return true;
}
