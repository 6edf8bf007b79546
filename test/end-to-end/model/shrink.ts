import { type Outcome, play } from "./play.ts";
import type { Action, Sequence } from "./sequence.ts";

/** Timing has a part in what fails, so that a sequence must hold more than once to be let go. */
const TRIES = 2;

export type Shrunk = { readonly sequence: Sequence; readonly outcome: Outcome };

/** Leaves actions out while the sequence fails and there is time: many at first, then one. */
export async function shrink(failing: Shrunk, msMax: number): Promise<Shrunk> {
  const deadline = Date.now() + msMax;
  let best = failing;
  let size = Math.ceil(best.sequence.actions.length / 2);
  while (size >= 1) {
    let hasShrunk = false;
    for (let at = 0; at < best.sequence.actions.length; ) {
      if (Date.now() > deadline) return best;
      const { setup, actions } = best.sequence;
      const smaller = await failureOf({ setup, actions: actions.toSpliced(at, size) });
      if (smaller === undefined) at += size;
      else [best, hasShrunk] = [smaller, true];
    }
    if (!hasShrunk || size > 1) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return smallerAmounts(best, deadline);
}

async function smallerAmounts(failing: Shrunk, deadline: number): Promise<Shrunk> {
  let best = failing;
  for (const [index, { name, amount }] of failing.sequence.actions.entries()) {
    if (amount <= 1 || Date.now() > deadline) continue;
    const action: Action = { name, amount: 1 };
    const { setup, actions } = best.sequence;
    best = (await failureOf({ setup, actions: actions.with(index, action) })) ?? best;
  }
  return best;
}

async function failureOf(sequence: Sequence): Promise<Shrunk | undefined> {
  const outcomes = await Promise.all(Array.from({ length: TRIES }, () => play(sequence)));
  const outcome = outcomes.find(({ faults }) => faults.length > 0);
  return outcome && { sequence, outcome };
}
