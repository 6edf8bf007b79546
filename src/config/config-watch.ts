import { type Stats, unwatchFile, watchFile } from "node:fs";

const POLL_MS = 2000;

/**
 * Calls the listener when a file comes, goes or changes. It looks at the path again and again:
 * Kubernetes swaps a link above it, of which a watch on the file says nothing.
 */
export function watchConfig(path: string, listener: () => void, pollMs = POLL_MS): Disposable {
  const changed = (now: Stats, before: Stats) => {
    if (differs(now, before)) listener();
  };
  watchFile(path, { interval: pollMs, persistent: false }, changed);
  return { [Symbol.dispose]: () => unwatchFile(path, changed) };
}

/** A file that is not there has zeros. */
function differs(now: Stats, before: Stats): boolean {
  const facts = ["dev", "ino", "size", "mtimeMs", "ctimeMs"] as const;
  return facts.some((fact) => now[fact] !== before[fact]);
}
