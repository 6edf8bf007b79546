import { setFlagsFromString } from "node:v8";

/**
 * Keeps V8's young generations as small as they are at the start. They grow with whatever survives
 * a while, to 128 MiB, and hardly shrink; an agent makes little garbage that is worth waiting for.
 * V8 asks for the factor each time, so it may be set while the program runs.
 */
export function keepHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
