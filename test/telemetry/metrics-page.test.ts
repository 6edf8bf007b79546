import { readFileSync } from "node:fs";
import type { Metric } from "prom-client";
import { expect, test } from "vitest";
import { directions } from "../../src/model/direction.ts";
import { lossReasons, otherLineKinds, rejectReasons } from "../../src/model/line-kind.ts";
import { AgentMetrics } from "../../src/telemetry/agent-metrics.ts";

const page = readFileSync(new URL("../../docs/metrics.md", import.meta.url), "utf8");
const { registry } = new AgentMetrics("1.2.3", {
  lagBytes: () => 0,
  lagSeconds: () => 0,
  databaseBytes: () => 0,
  walBytes: () => 0,
});

/** Its labels are there, but not in the types. */
type Described = Metric & {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
};

test("docs/metrics.md has every metric, with its type, labels and help", async () => {
  const types = new Map(
    (await registry.getMetricsAsJSON()).map(({ name, type }) => [name, String(type)]),
  );
  const wanted = (registry.getMetricsAsArray() as unknown as Described[]).map(
    ({ name, help, labelNames }) => {
      const labels = labelNames.map((label) => `\`${label}\``).join(", ");
      const row = ["", `\`${name}\``, types.get(name), labels, help, ""].join(" | ");
      return row.replace("|  |", "| |").trim();
    },
  );
  const rows = page.split("\n").filter((row) => /^\| `(denyscope|process)_/.test(row));
  expect(rows.toSorted()).toEqual(wanted.toSorted());
});

test.each([
  ["direction", directions],
  ["kind", otherLineKinds],
  ["loss reason", lossReasons],
  ["reject reason", rejectReasons],
])("docs/metrics.md has every value of a %s", (_, values) => {
  for (const value of values) expect(page).toContain(`\`${value}\``);
});

test("counters end in _total, and no label has a value from a log", () => {
  const metrics = registry.getMetricsAsArray() as unknown as Described[];
  const labels = new Set(metrics.flatMap(({ labelNames }) => labelNames));
  expect([...labels].toSorted()).toEqual([
    "destination",
    "direction",
    "kind",
    "node",
    "reason",
    "result",
    "version",
  ]);
});
