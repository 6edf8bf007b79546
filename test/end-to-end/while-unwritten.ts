import { type BigIntStats, statSync } from "node:fs";

/** Several times the ticks in which a file system counts. */
const TICK_NS = 50_000_000n;
const NS_PER_MS = 1_000_000n;
/**
 * A commit is written first, then synced, and seen by readers only then: what was looked at in
 * between is old, though nothing is written any more.
 */
const ANSWER_STANDS_MS = 1000;

type Known<T> = { readonly written: string; readonly answer: T; readonly until: number };

/**
 * A look into a database that gives the answer of the last one while nobody writes: whoever waits
 * for a commit would take more of the processor than the agent.
 */
export function whileUnwritten<T>(look: (path: string) => T): (path: string) => T {
  const known = new Map<string, Known<T>>();
  return (path) => {
    const written = lastWrite(path);
    const last = known.get(path);
    const stands = last !== undefined && last.written === written && Date.now() < last.until;
    if (stands) return last.answer;
    const answer = look(path);
    if (written === undefined) known.delete(path);
    else known.set(path, { written, answer, until: Date.now() + ANSWER_STANDS_MS });
    return answer;
  };
}

/** When its files were written; undefined when it may be written again at the same tick. */
function lastWrite(path: string): string | undefined {
  const files = [path, `${path}-wal`].map((file) =>
    statSync(file, { bigint: true, throwIfNoEntry: false }),
  );
  const now = BigInt(Date.now()) * NS_PER_MS;
  if (files.some((file) => file !== undefined && now - file.mtimeNs < TICK_NS)) return undefined;
  return files.map(shown).join(" ");
}

function shown(file: BigIntStats | undefined): string {
  return file === undefined ? "none" : `${file.ino} ${file.size} ${file.mtimeNs}`;
}
