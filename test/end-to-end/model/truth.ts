import type { Conservation, LossStatus } from "../../../src/query/status.ts";
import { miscounted, ranges } from "../numbered-lines.ts";

/** What a sequence has done to the lines that were written. */
export type Truth = {
  /** At most so much is gone without having been read. */
  destroyedBytes: number;
  /** Whether the ledger may have a row. */
  isDestructive: boolean;
  /** Lines that are in no file any more. */
  readonly destroyed: Set<number>;
  /** Those of them that nobody can know of. */
  readonly excused: Set<number>;
  /** Lines that were counted at some time: a commit is for good. */
  readonly seen: Set<number>;
};

export type Found = {
  /** Lines that are in a file now, with its name. */
  readonly wanted: ReadonlyMap<number, string>;
  readonly counted: ReadonlyMap<number, number>;
  readonly conservation: Conservation;
  readonly losses: readonly LossStatus[];
};

/** The promises that were broken, in words. */
export function faultsOf(truth: Truth, found: Found): string[] {
  const { wanted, counted, conservation, losses } = found;
  const faults: string[] = [];
  const { missing, doubled } = miscounted(counted, new Set([...wanted.keys(), ...truth.seen]));
  if (doubled.length > 0) faults.push(`counted twice: ${ranges(doubled)}`);
  if (missing.length > 0) {
    const places = new Set(missing.map((number) => wanted.get(number) ?? "a commit before"));
    faults.push(`lost: ${ranges(missing)}, of ${[...places].join(" and ")}`);
  }
  const gone = [...truth.destroyed].filter(
    (number) => !counted.has(number) && !wanted.has(number) && !truth.excused.has(number),
  );
  if (gone.length > 0 && losses.length === 0) {
    faults.push(`destroyed unread, and the ledger is empty: ${ranges(gone)}`);
  }
  const told = losses.map(({ reason, offset, bytesMax, detail }) =>
    [reason, `at ${offset}`, bytesMax === undefined ? "" : `${bytesMax} bytes`, detail].join(" "),
  );
  if (losses.length > 0 && !truth.isDestructive) {
    faults.push(`nothing was destroyed, and the ledger has: ${told.join("; ")}`);
  }
  const claimed = losses.reduce((sum, { bytesMax = 0 }) => sum + bytesMax, 0);
  if (claimed > truth.destroyedBytes) {
    faults.push(`${truth.destroyedBytes} bytes were destroyed, the ledger has: ${told.join("; ")}`);
  }
  const { lines, packets } = conservation;
  if (!lines.holds) faults.push(`${lines.read} lines read, ${lines.accounted} accounted for`);
  if (!packets.holds) faults.push(`${packets.logged} packets logged, ${packets.kept} kept`);
  return faults;
}
