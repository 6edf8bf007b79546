import type Database from "better-sqlite3";
import { parseFilter, termsOf } from "../../model/filter-words.ts";
import type { Naming } from "../../query/endpoints/naming.ts";
import { flowOfEvent, queryFlowDetail } from "../../query/flow-detail.ts";
import { queryFlowPage } from "../../query/flows.ts";
import { countedHistogram } from "../../query/counted-histogram.ts";
import type { Question } from "../../query/question.ts";
import { queryRankings } from "../../query/rankings.ts";
import { queryRecentEvents, type RecentEventsAnswer } from "../../query/recent-events.ts";
import { queryStatus } from "../../query/status.ts";
import { queryTop } from "../../query/top.ts";
import { parseMoment } from "../../query/window.ts";
import type { Filter } from "../state/filter.ts";
import type { Answer, Ask } from "./ask.ts";
import { runSql } from "./run-sql.ts";

/** Rows of a ranking that are brought along: as many as the largest screen shows. */
const RANKED_MAX = 100;
const GROUPS_MAX = 1000;
const UNFOLDED_MAX = 50;

/**
 * Answers what a view asks, all of it as of one moment.
 *
 * @throws RangeError when the filter cannot be read, or the window is in the future.
 */
export function answerAsk(
  database: Database.Database,
  naming: Naming,
  ask: Ask,
  now: number,
): Answer {
  const without = "without" in ask ? ask.without.map(parseFilter) : [];
  const question = ({ since, until, terms }: Filter, limit?: number): Question => ({
    since: since === undefined ? undefined : parseMoment("--since", since),
    until: until === undefined ? undefined : parseMoment("--until", until),
    terms: termsOf(terms),
    without,
    limit,
    now,
    naming,
  });
  switch (ask.kind) {
    case "overview":
      return database.transaction(() => {
        const asked = question(ask.filter);
        const { rankings, span, selection } = queryRankings(database, asked, RANKED_MAX);
        const histogram = countedHistogram(database, span, selection, ask.buckets);
        return { kind: "overview", rankings, histogram } as const;
      })();
    case "flows": {
      const { filter, limit, sort, offset } = ask;
      const page = queryFlowPage(database, question(filter, limit), sort, offset);
      return { kind: "flows", page, offset };
    }
    case "groups": {
      const top = queryTop(database, question(ask.filter, GROUPS_MAX), ask.by);
      const unfolded = ask.unfolded.map(({ key, filter }) => {
        const page = queryFlowPage(database, question(filter, UNFOLDED_MAX), ask.sort, 0);
        return [key, page] as const;
      });
      return { kind: "groups", top, unfolded: Object.fromEntries(unfolded) };
    }
    case "flow": {
      const { by, number } = ask.flow;
      const id = by === "id" ? number : flowOfEvent(database, number);
      const asked = question(ask.filter);
      const detail =
        id === undefined ? undefined : queryFlowDetail(database, asked, id, ask.buckets);
      return { kind: "flow", detail };
    }
    case "events":
      return {
        kind: "events",
        recent: newestFirst(
          queryRecentEvents(database, question(ask.filter, ask.limit), () => undefined),
        ),
      };
    case "health":
      return { kind: "health", status: queryStatus(database) };
    case "sql":
      return { kind: "sql", table: runSql(database, ask.text) };
  }
}

function newestFirst(answer: RecentEventsAnswer): RecentEventsAnswer {
  return { ...answer, events: answer.events.toReversed() };
}
