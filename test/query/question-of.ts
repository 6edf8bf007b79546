import type { Question } from "../../src/query/question.ts";
import { parseMoment } from "../../src/query/window.ts";
import { DAY_START, MINUTE } from "./seeded-database.ts";

type Asked = Partial<Omit<Question, "since" | "until">> & {
  readonly since?: string;
  readonly until?: string;
};

/** A question about everything, but for what a test asks; asked at noon of the day. */
export function questionOf({ since, until, ...rest }: Asked = {}): Question {
  return {
    since: since === undefined ? undefined : parseMoment("--since", since),
    until: until === undefined ? undefined : parseMoment("--until", until),
    terms: [],
    limit: undefined,
    now: DAY_START + 720 * MINUTE,
    ...rest,
  };
}
