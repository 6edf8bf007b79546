import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { SoundNode } from "./sound-node.ts";
import { startRsyslogd } from "./start-rsyslogd.ts";

const WAIT_MS_MAX = 30_000;

// What was left out is told with the first message after the interval.
const burst = `import socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.connect(sys.argv[1])
for pause in 1.5, 0:
  for n in range(100): s.send(b'<14>Nov 29 01:02:03 x: %d' % n)
  time.sleep(pause)`;

/** Another rsyslogd, with a limit, appends to the log what it says of a burst. */
export async function hitLimit(node: SoundNode): Promise<void> {
  const socket = node.place.path("limited.sock");
  const daemon = startRsyslogd(node.place.path("limited"), [
    'module(load="imuxsock" sysSock.use="off")',
    `input(type="imuxsock" socket="${socket}" rateLimit.interval="1" rateLimit.burst="5")`,
    `syslog.* action(type="omfile" file="${node.log}" template="RSYSLOG_FileFormat")`,
  ]);
  const isSaid = () => execFileSync("tail", ["-n", "50", node.log]).includes("lost due to");
  for (const deadline = Date.now() + WAIT_MS_MAX; !isSaid() && Date.now() < deadline; ) {
    await sleep(100);
    if (existsSync(socket)) execFileSync("python3", ["-c", burst, socket]);
  }
  daemon.kill("SIGKILL");
}
