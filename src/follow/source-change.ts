import type { Loss } from "../model/counted-batch.ts";
import type { ChosenSource } from "./choose-source.ts";

/** Where the counting of what was chosen begins. */
export type Beginning =
  /** No source was read before: as --from says. */
  | { readonly start: "first" }
  /** As the run before: from its checkpoints. */
  | { readonly start: "resume" }
  /**
   * At its end, even where a checkpoint of it is known: what is there may have been counted from
   * the source before. What that had not read yet is a loss.
   */
  | { readonly start: "end"; readonly loss: Omit<Loss, "offset"> };

/** What was read before, and until when, in microseconds since the epoch; 0 when unknown. */
export type SourceBefore = ChosenSource & { readonly lastTime: number };

/** Where to begin in a source; of several files, in the one with this path. */
export function beginningOf(
  chosen: ChosenSource,
  path: string | undefined,
  before: SourceBefore | undefined,
  now: number,
): Beginning {
  if (before === undefined) return { start: "first" };
  const isSame = chosen.kind === before.kind && (path === undefined || before.paths.includes(path));
  if (isSame) return { start: "resume" };
  const from = nameOf(before);
  return {
    start: "end",
    loss: {
      reason: "source-changed",
      detail: `counted from ${from} before, from ${path ?? chosen.kind} from now on`,
      ...(before.lastTime === 0 ? {} : { fromTime: before.lastTime }),
      toTime: now,
      contentHash: "",
    },
  };
}

/** As it is kept in the database, for the next run. */
export function sourceText({ kind, paths }: ChosenSource): string {
  return JSON.stringify({ kind, paths });
}

/** What sourceText() made; undefined for anything else. */
export function readSourceText(text: string): ChosenSource | undefined {
  try {
    const { kind, paths } = JSON.parse(text) as Partial<ChosenSource>;
    const isKind = kind === "file" || kind === "journald" || kind === "kmsg";
    return isKind && Array.isArray(paths) ? { kind, paths } : undefined;
  } catch {
    return undefined;
  }
}

function nameOf({ kind, paths }: ChosenSource): string {
  return paths.length === 0 ? kind : paths.join(", ");
}
