import type Database from "better-sqlite3";
import type { TimeWindow } from "../model/time-window.ts";
import { type Chosen, countsPerFlow, rowsOf } from "./counts.ts";

const columns = "flow, established, reset, icmp_error, first_seen, last_seen";

/** Whether there is any follow-up: Felix logs them only where somebody has asked for them. */
export function hasFollowUps(database: Database.Database): boolean {
  const found = database.prepare("SELECT 1 FROM source_lines WHERE kind = 'follow-up' LIMIT 1");
  return found.get() !== undefined;
}

/** What tells a flow from others, but for its prefix. */
const keyColumns = [
  "src",
  "dst",
  "dst_port",
  "protocol",
  "icmp_type",
  "icmp_code",
  "in_interface",
  "out_interface",
  "node",
  "src_endpoint",
  "dst_endpoint",
] as const;

const counts = "packets, attempts, bytes, tcp_flags";

/** countsPerFlow() where there are no follow-ups. */
export function withoutFollowUps(window: TimeWindow | undefined, chosen: Chosen): string {
  return `
    SELECT flow, ${counts}, first_seen, last_seen, 0 AS established, 0 AS reset, 0 AS icmp_error
    FROM (${countsPerFlow(window, chosen)})`;
}

/**
 * countsPerFlow() with the follow-ups of each flow, and with the flows of which there are only
 * follow-ups. These do not name the policy, so they are stored at the flow of the plain prefix.
 * They are shown there when it has packets in the window, else at a flow of the same addresses,
 * ports, interfaces and node: rather at one with packets in the window, by the order of prefixes.
 */
export function withFollowUps(window: TimeWindow | undefined): string {
  const isTheSame = keyColumns.map((name) => `s.${name} = f.${name}`);
  return `
    WITH counted AS MATERIALIZED (${countsPerFlow(window)}),
    own AS MATERIALIZED (
      SELECT flow, sum(established) AS established, sum(reset) AS reset,
        sum(icmp_error) AS icmp_error, min(first_seen) AS first_seen, max(last_seen) AS last_seen
      FROM (${rowsOf(window, columns, "established + reset + icmp_error > 0")}) GROUP BY flow
    ),
    shown AS MATERIALIZED (
      SELECT flow, sum(established) AS established, sum(reset) AS reset,
        sum(icmp_error) AS icmp_error, min(first_seen) AS first_seen, max(last_seen) AS last_seen
      FROM (
        SELECT (
          SELECT s.id FROM flows s JOIN prefixes sp ON sp.id = s.prefix
          WHERE ${isTheSame.join(" AND ")} AND (s.id = f.id OR sp.verdict = 'denied')
          ORDER BY s.id IN (SELECT flow FROM counted) DESC,
            iif(s.id IN (SELECT flow FROM counted), s.id <> f.id, s.id = f.id), sp.text
          LIMIT 1
        ) AS flow, established, reset, icmp_error, first_seen, last_seen
        FROM own JOIN flows f ON f.id = own.flow
      ) GROUP BY flow
    )
    SELECT flow, ${counts}, c.first_seen, c.last_seen,
      coalesce(established, 0) AS established, coalesce(reset, 0) AS reset,
      coalesce(icmp_error, 0) AS icmp_error
    FROM counted c LEFT JOIN shown USING (flow)
    UNION ALL
    SELECT flow, 0, 0, 0, 0, first_seen, last_seen, established, reset, icmp_error
    FROM shown WHERE flow NOT IN (SELECT flow FROM counted)`;
}
