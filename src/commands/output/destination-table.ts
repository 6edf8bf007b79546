import type { DestinationStatus } from "../../query/destinations.ts";
import { renderTable } from "./table.ts";
import { count, shortTime } from "../../query/output/wording.ts";
import { sumOf } from "../../model/sum-of.ts";

/** How far each destination is, for people. */
export function destinationTable(
  destinations: readonly DestinationStatus[],
  width: number | undefined,
): string {
  return renderTable(
    [
      { title: "DESTINATION", value: ({ name }) => name, widthMin: 20 },
      { title: "SENT", value: ({ sent }) => count(sent), align: "right" },
      {
        title: "ACKNOWLEDGED",
        value: ({ acknowledged }) => count(acknowledged),
        align: "right",
        rank: 2,
      },
      {
        title: "IN DOUBT",
        value: ({ unsettled }) => count(unsettled),
        align: "right",
        rank: 6,
      },
      { title: "AGAIN", value: ({ resent }) => count(resent), align: "right", rank: 5 },
      { title: "WAITING", value: ({ queued }) => count(queued), align: "right" },
      { title: "SINCE", value: ({ queuedSince = "" }) => shortTime(queuedSince), rank: 3 },
      { title: "DROPPED", value: droppedOf, align: "right" },
      { title: "LAST SETTLED", value: ({ settledAt = "" }) => shortTime(settledAt), rank: 4 },
      { title: "LAST ERROR", value: lastErrorOf, rank: 1, widthMin: 16 },
    ],
    destinations,
    width,
  );
}

function droppedOf({ dropped }: DestinationStatus): string {
  return count(sumOf(dropped));
}

function lastErrorOf({ lastError = "-", lastErrorAt }: DestinationStatus): string {
  return lastErrorAt === undefined ? lastError : `${shortTime(lastErrorAt)} ${lastError}`;
}
