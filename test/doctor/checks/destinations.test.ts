import { describe, expect, test } from "vitest";
import { destinationsCheck } from "../../../src/doctor/checks/destinations.ts";
import type { DestinationStatus } from "../../../src/query/destinations.ts";
import type { Status } from "../../../src/query/status.ts";
import { NodeFolder } from "../node-folder.ts";

const url = "tcp://192.0.2.1:514";
const known: DestinationStatus = {
  name: "siem",
  url,
  sent: 9,
  acknowledged: 0,
  resent: 0,
  queued: 3,
  unsettled: 0,
  dropped: {},
  deadLetters: 0,
  addedAt: "2026-06-01T11:00:00Z",
};
const noon = "2026-06-01T12:00:00Z";
const later = "2026-06-01T12:00:00.500000Z";
const failed = { lastError: "nothing listens there" };

async function found(destinations: readonly DestinationStatus[], forward: readonly object[] = []) {
  using node = new NodeFolder();
  // Of all that a database tells, nothing else is looked at.
  const status = { destinations } as Status;
  const content = { state: "open", status } as const;
  return await destinationsCheck({
    ...(await node.evidence({ forward })),
    database: () => ({ holder: 1, blockers: [], content }),
  });
}

describe("destinationsCheck()", () => {
  test.for<[string, Partial<DestinationStatus>, string | undefined]>([
    ["one that settles", { settledAt: noon }, undefined],
    [
      "one that failed, and settled since",
      { ...failed, lastErrorAt: noon, settledAt: later },
      undefined,
    ],
    [
      "one that failed since",
      { ...failed, lastErrorAt: later, settledAt: noon },
      "destination-failing",
    ],
    ["one that never settled", { ...failed, lastErrorAt: noon }, "destination-failing"],
    ["one that will not have all", { dropped: { "spool-full": 5 } }, "messages-dropped"],
  ])("%s", async ([, more, name]) => {
    const [finding, ...others] = await found([{ ...known, ...more }]);
    expect(finding).toMatchObject(name === undefined ? { level: "ok" } : { name });
    expect(others).toEqual([]);
  });

  test("is tested by the name that the configuration has for it, else by its URL", async () => {
    const failing = { ...known, ...failed, lastErrorAt: noon };
    const [unnamed] = await found([failing]);
    expect(unnamed).toHaveProperty("mend", [`denyscope forward test ${url}`]);
    const [named] = await found([failing], [{ name: "siem", url }]);
    expect(named).toHaveProperty("mend", ["denyscope forward test siem"]);
  });

  test("one that no agent has sent to is told of", async () => {
    expect(await found([], [{ name: "siem", url }])).toMatchObject([
      { level: "note", name: "destination-not-started" },
    ]);
  });

  test("without any there is nothing to say", async () => {
    expect(await found([])).toEqual([]);
  });
});
