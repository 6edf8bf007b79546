import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { HealthReport } from "../../src/telemetry/health.ts";
import type { Running } from "./program.ts";

const WAIT_MS_MAX = 60_000;

/** Where an agent that was started with `--listen 127.0.0.1:0` listens. */
export async function addressOf(agent: Running): Promise<string> {
  const said = await agent.says('"Listening"');
  const [, address] = /"address":"([^"]+)","msg":"Listening"/.exec(said) ?? [];
  assert(address !== undefined);
  return address;
}

export async function healthOf(address: string, path: "livez" | "readyz"): Promise<HealthReport> {
  const response = await fetch(`http://${address}/${path}`);
  const report = (await response.json()) as HealthReport;
  assert.equal(response.status, report.status === "ok" ? 200 : 503);
  return report;
}

/** Waits until what the agent says of its health holds the text. */
export async function untilSays(
  address: string,
  path: "livez" | "readyz",
  text: string,
): Promise<HealthReport> {
  const deadline = Date.now() + WAIT_MS_MAX;
  while (true) {
    const report = await healthOf(address, path);
    if (JSON.stringify(report).includes(text)) return report;
    assert(Date.now() < deadline, `it never said "${text}": ${JSON.stringify(report)}`);
    await sleep(50);
  }
}

/** The values of metrics by name and labels, as they are served. */
export async function metricsOf(address: string): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`http://${address}/metrics`);
  const lines = (await response.text()).split("\n");
  const samples = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    samples.map((line) => {
      const end = line.lastIndexOf(" ");
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** The sum of a metric over all values of its labels. */
export function sumOf(metrics: ReadonlyMap<string, number>, name: string): number {
  return [...metrics]
    .filter(([each]) => each === name || each.startsWith(`${name}{`))
    .reduce((sum, [, value]) => sum + value, 0);
}
