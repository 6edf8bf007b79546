import { appendFileSync, statSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { usageOf } from "../../bench/process-cost.ts";
import { TemporaryFolder } from "../follow/temporary-folder.ts";
import { isLong } from "../long-run.ts";
import { agentArguments } from "./agent-run.ts";
import { containerHeap } from "./built-program.ts";
import { Tmux } from "./tmux.ts";

const WARM_UP_SECONDS = isLong ? 120 : 10;
const SECONDS = isLong ? 3600 : 18;
const LINES_PER_SECOND = 200;
/** The others are of flows that are known. */
const NEW_FLOWS_PER_SECOND = 5;
/** In an hour there are 18,000 more flows to know, half a kilobyte each. */
const GROWN_MB_MAX = 32;
const RESIDENT_MB_MAX = 200;
/** Twice what the writer lets it become: the screen may be reading while it would be cut. */
const LOG_BYTES_MAX = 16 * 1024 * 1024;
const terminal = { columns: 120, rows: 40, nodeOptions: containerHeap };

/** What is denied in a second, some of it for the first time. */
function linesOf(second: number): string {
  const stamp = new Date().toISOString().replace("Z", "000+00:00");
  return Array.from({ length: LINES_PER_SECOND }, (_, line) => {
    const uptime = (1000 + second + line / LINES_PER_SECOND).toFixed(6);
    const port = line < NEW_FLOWS_PER_SECOND ? 1024 + (second % 60_000) : 443;
    return (
      `${stamp} worker kernel: [${uptime}] calico-packet: IN=eth0 OUT=cali0123456789a ` +
      `MAC= SRC=10.1.0.${line} DST=10.244.2.9 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ` +
      `ID=${(second * LINES_PER_SECOND + line) % 65_536} DF PROTO=TCP SPT=${40_000 + line} ` +
      `DPT=${port} WINDOW=64240 RES=0x00 SYN URGP=0 \n`
    );
  }).join("");
}

test("neither memory nor the write-ahead log grow while the screen follows a writing agent", {
  timeout: (WARM_UP_SECONDS + SECONDS + 120) * 1000,
}, async () => {
  using folder = new TemporaryFolder();
  const [log, database] = [folder.file("syslog"), folder.file("denyscope.db")];
  writeFileSync(log, linesOf(0));
  using agent = new Tmux(agentArguments({ logs: [log], database }), terminal);
  await agent.shows("Following");
  using tmux = new Tmux(["tui", "--db", database], terminal);
  await tmux.shows(/Sources[^]*▸/);
  const { pid } = tmux;
  const residentMb: number[] = [];
  let logBytes = 0;
  for (let second = 1; second <= WARM_UP_SECONDS + SECONDS; second++) {
    appendFileSync(log, linesOf(second));
    await sleep(1000);
    logBytes = Math.max(logBytes, statSync(`${database}-wal`).size);
    if (second > WARM_UP_SECONDS) residentMb.push(usageOf(pid).residentMb);
  }
  // It was really followed: all of it is on the screen.
  const packets = (WARM_UP_SECONDS + SECONDS + 1) * LINES_PER_SECOND;
  await tmux.shows(`${packets.toLocaleString("en")} packets`);
  const half = residentMb.length / 2;
  const grownMb = Math.min(...residentMb.slice(half)) - Math.min(...residentMb.slice(0, half));
  const most = Math.max(...residentMb);
  const [first, last, peak, apart] = [residentMb[0]!, residentMb.at(-1)!, most, grownMb].map(
    Math.round,
  );
  process.stdout.write(
    `${packets} packets in ${SECONDS} s: ${first} MB at first, ${last} MB at the end, ${peak} MB ` +
      `at most; the least of the second half is ${apart} MB above that of the first\n`,
  );
  expect(grownMb).toBeLessThan(GROWN_MB_MAX);
  expect(most).toBeLessThan(RESIDENT_MB_MAX);
  expect(logBytes).toBeLessThan(LOG_BYTES_MAX);
  expect(agent.screen()).not.toContain("ended");
});
