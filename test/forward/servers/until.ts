import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

const WAIT_MS_MAX = 60_000;
const LOOK_MS = 20;

/** Waits until something is so. */
export async function until(what: string, isSo: () => boolean, lookMs = LOOK_MS): Promise<void> {
  const deadline = Date.now() + WAIT_MS_MAX;
  while (!isSo()) {
    assert(Date.now() < deadline, `in time: ${what}`);
    await sleep(lookMs);
  }
}
