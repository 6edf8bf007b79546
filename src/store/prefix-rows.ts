import type Database from "better-sqlite3";
import {
  type PrefixJudge,
  prefixJudge,
  type PrefixMeaning,
  type PrefixSettings,
} from "../model/prefix-meaning.ts";

/** What the cut of a prefix has taken: nothing, what stands behind the policy, or some of it. */
export const CUT_NONE = 0;
export const CUT_BEHIND = 1;
export const CUT_POLICY = 2;

type Judged = {
  readonly text: string;
  readonly verdict: string;
  readonly tier: string | null;
  readonly kind: string | null;
  readonly policy: string | null;
  readonly is_cut: number;
};

/** Rows of LOG prefixes with what they mean under the settings of this process. */
export class PrefixRows {
  readonly #judge: PrefixJudge;
  readonly #insert: Database.Statement;

  /** Meanings follow the settings: those of prefixes met before are computed again. */
  constructor(database: Database.Database, settings: PrefixSettings) {
    this.#judge = prefixJudge(settings);
    // The no-op update makes RETURNING answer for rows that are there already.
    this.#insert = database
      .prepare(
        `INSERT INTO prefixes (text, verdict, tier, kind, policy, is_cut)
         VALUES (@text, @verdict, @tier, @kind, @policy, @is_cut)
         ON CONFLICT (text) DO UPDATE SET text = text RETURNING id`,
      )
      .pluck();
    const known = database.prepare<[], Judged>(
      "SELECT text, verdict, tier, kind, policy, is_cut FROM prefixes",
    );
    const update = database.prepare(
      `UPDATE prefixes SET verdict = @verdict, tier = @tier, kind = @kind, policy = @policy,
         is_cut = @is_cut
       WHERE text = @text`,
    );
    database
      .transaction(() => {
        for (const row of known.all()) {
          const judged = this.#judged(row.text);
          if (differs(row, judged)) update.run(judged);
        }
      })
      .immediate();
  }

  rowOf(text: string): number {
    return this.#insert.get(this.#judged(text)) as number;
  }

  #judged(text: string): Judged {
    const { verdict, tier = null, kind = null, policy = null, ...cut } = this.#judge(text);
    return { text, verdict, tier, kind, policy, is_cut: cutOf(cut) };
  }
}

function cutOf({ isCut, policyCut }: Partial<PrefixMeaning>): number {
  if (policyCut === true) return CUT_POLICY;
  return isCut === true ? CUT_BEHIND : CUT_NONE;
}

function differs(before: Judged, now: Judged): boolean {
  return (Object.keys(now) as (keyof Judged)[]).some((name) => before[name] !== now[name]);
}
