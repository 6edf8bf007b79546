import { type Stats, statSync, unwatchFile, watchFile } from "node:fs";

const POLL_MS = 2000;
/** Who writes a file in place empties it first: nothing may be read of it in that moment. */
const SETTLED_MS = 500;

/**
 * Calls the listener when a file has come, gone or changed, and is the same for a while. It looks
 * at the path again and again: Kubernetes swaps a link above it, of which a watch on the file says
 * nothing.
 */
export function watchConfig(
  path: string,
  listener: () => void,
  { pollMs, settledMs } = { pollMs: POLL_MS, settledMs: SETTLED_MS },
): Disposable {
  let settling: NodeJS.Timeout | undefined;
  const settle = (last: Stats | undefined) => {
    clearTimeout(settling);
    settling = setTimeout(() => {
      const now = statsOf(path);
      if (differs(now, last)) settle(now);
      else listener();
    }, settledMs).unref();
  };
  const changed = (now: Stats, before: Stats) => {
    if (differs(now, before)) settle(statsOf(path));
  };
  watchFile(path, { interval: pollMs, persistent: false }, changed);
  return {
    [Symbol.dispose]: () => {
      clearTimeout(settling);
      unwatchFile(path, changed);
    },
  };
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    // Gone, or out of reach: whoever reads it says why.
    return undefined;
  }
}

function differs(now: Stats | undefined, before: Stats | undefined): boolean {
  const facts = ["dev", "ino", "size", "mtimeMs", "ctimeMs"] as const;
  return facts.some((fact) => now?.[fact] !== before?.[fact]);
}
