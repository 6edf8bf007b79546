import { appendFileSync, chmodSync, chownSync, existsSync, renameSync } from "node:fs";
import { createServer } from "node:net";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { addressOf, healthOf, metricsOf, sumOf, untilSays } from "./health-of.ts";
import { Place } from "./import-place.ts";
import { amongOrdinary, denialLines } from "./log-lines.ts";
import { needs, unprivileged, unprivilegedMissing } from "./machine.ts";
import { denyscope, startDenyscope } from "./program.ts";
import { statusOf, untilRead } from "./queries.ts";

const anywhere = ["--listen", "127.0.0.1:0"];
const ADM = 4;
const NOBODY = 65_534;

test("metrics are the numbers of status", async () => {
  using place = new Place();
  const database = place.path("db");
  const lines = [...amongOrdinary(denialLines({ lines: 900 })), "kernel: IN=cali1 OUT= SRC=1.2\n"];
  const log = place.write("syslog", lines);
  await using agent = startDenyscope(["agent", log, "--db", database, ...anywhere]);
  const address = await addressOf(agent);
  await untilRead(database, lines.length);
  renameSync(log, `${log}.1`);
  place.write("syslog", denialLines({ lines: 100, from: 600 }));
  await untilRead(database, lines.length + 100);
  const metrics = await metricsOf(address);
  const { conservation, packets } = await statusOf(database);
  const { read, denials, other, rejected } = conservation.lines;

  expect(sumOf(metrics, "denyscope_lines_total")).toBe(read);
  expect(sumOf(metrics, "denyscope_denial_lines_total")).toBe(denials);
  expect(sumOf(metrics, "denyscope_denials_total")).toBe(packets.denied);
  for (const [kind, count] of Object.entries(other)) {
    expect(metrics.get(`denyscope_other_lines_total{kind="${kind}"}`), kind).toBe(count);
  }
  for (const [reason, count] of Object.entries(rejected)) {
    expect(metrics.get(`denyscope_rejected_lines_total{reason="${reason}"}`)).toBe(count);
  }
  expect(Object.keys(rejected)).not.toEqual([]);
  expect(metrics.get("denyscope_rotations_total")).toBe(1);
  expect(metrics.get("denyscope_lag_bytes")).toBe(0);
  expect(metrics.get("denyscope_commit_seconds_count")).toBeGreaterThan(1);
  expect(metrics.get("denyscope_database_bytes")).toBeGreaterThan(0);
  expect(metrics.get("denyscope_open_logs")).toBe(2);
  expect(await healthOf(address, "livez")).toMatchObject({ status: "ok" });
  expect(await healthOf(address, "readyz")).toMatchObject({ status: "ok" });
  expect((await agent.end("SIGTERM")).status).toBe(0);
});

test("a port that is taken ends the agent before it touches anything", async () => {
  using place = new Place();
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  const log = place.write("syslog", denialLines({ lines: 1 }));
  const listen = `127.0.0.1:${port}`;
  const ended = await denyscope(["agent", log, "--db", place.path("db"), "--listen", listen]);
  server.close();

  expect(ended).toMatchObject({ status: 1, stdout: "" });
  expect(ended.stderr).toBe(
    `Cannot listen on "${listen}": another program has this port; name another with ` +
      "--listen HOST:PORT, or none\n",
  );
  expect(existsSync(place.path("db"))).toBe(false);
});

test("an agent without its log is alive, not ready, and says what it waits for", async () => {
  using place = new Place();
  const log = place.path("syslog");
  await using agent = startDenyscope(["agent", log, "--db", place.path("db"), ...anywhere]);
  const address = await addressOf(agent);
  const waiting = await untilSays(address, "readyz", "waiting for");
  expect(waiting.checks["source"]).toBe(`waiting for ${log}: it does not exist; check its name`);
  expect(await healthOf(address, "livez")).toMatchObject({ status: "ok" });
  place.write("syslog", denialLines({ lines: 10 }));
  await untilSays(address, "readyz", '"status":"ok"');
});

const noPrivileges = unprivilegedMissing();
needs("a program without privileges", noPrivileges);

test.skipIf(noPrivileges !== undefined || unprivileged.length === 0)(
  "a log that may not be read is named with its mode and the group that may",
  async () => {
    using place = new Place();
    const log = place.write("syslog", denialLines({ lines: 10 }));
    chownSync(log, NOBODY, ADM);
    chmodSync(log, 0o640);
    const command = ["agent", log, "--db", place.path("db"), ...anywhere];
    const through = [...unprivileged, "--regid=0", "--clear-groups"];
    await using agent = startDenyscope(command, { through });
    const address = await addressOf(agent);
    const { checks } = await untilSays(address, "readyz", "waiting for");
    expect(checks["source"]).toMatch(
      new RegExp(
        `^waiting for ${log}: may not read ${log}: mode 0640, user 65534 \\(nobody\\), ` +
          "group 4 \\(adm\\); reading it needs group 4 \\(adm\\), " +
          "this process is user 0 in group 0$",
      ),
    );
    chmodSync(log, 0o644);
    await untilSays(address, "readyz", '"status":"ok"');
  },
);

test("an agent whose commits fail is alive and not ready, and says it once", async () => {
  using place = new Place();
  const database = place.path("db");
  const log = place.write("syslog", denialLines({ lines: 10 }));
  await using agent = startDenyscope(["agent", log, "--db", database, ...anywhere]);
  const address = await addressOf(agent);
  await untilRead(database, 10);
  const other = new Database(database);
  other.exec("BEGIN EXCLUSIVE");
  appendFileSync(log, denialLines({ lines: 10, from: 60 }).join(""));
  const failed = await untilSays(address, "readyz", "the last commit failed");
  expect(failed.checks["commits"]).toMatch(/^the last commit failed: .*(busy|locked|use)/);
  expect(await healthOf(address, "livez")).toMatchObject({ status: "ok" });
  other.exec("ROLLBACK");
  other.close();
  await untilSays(address, "readyz", '"status":"ok"');
  await untilRead(database, 20);
  const metrics = await metricsOf(address);
  const { stderr } = await agent.end("SIGTERM");

  const failures = metrics.get("denyscope_failed_commits_total")!;
  const leftOut = metrics.get("denyscope_log_lines_left_out_total")!;
  expect(failures).toBeGreaterThan(0);
  expect(leftOut).toBe(failures - 1);
  expect(stderr.split('"Commit failed"').length - 1).toBe(leftOut === 0 ? 1 : 2);
});
