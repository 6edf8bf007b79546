import type { LossStatus } from "../status.ts";
import { byteSize, countOf } from "./wording.ts";

/** `12 lines`, `3.4 KiB`: what is missing at most. */
export function lossText({ bytesMax, linesMax }: LossStatus): string {
  if (linesMax !== undefined) return countOf(linesMax, "line");
  return bytesMax === undefined ? "unknown" : byteSize(bytesMax);
}
