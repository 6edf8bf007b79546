import { appendFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Place } from "./import-place.ts";
import { needs, programMissing } from "./machine.ts";
import { startDenyscope } from "./program.ts";
import { flowsOf, untilRead } from "./queries.ts";

const withoutNetlink = [
  "python3",
  fileURLToPath(new URL("lab/without_netlink.py", import.meta.url)),
];
/** A network with an interface of a pod, and one with an address. */
const node = [
  "unshare",
  "--net",
  "--mount",
  "sh",
  "-ec",
  `mount -t sysfs sysfs /sys
  ip link add cali0123456789a type veth peer name eth9
  ip addr add 10.0.0.1/24 dev eth9
  ip link set eth9 up
  ip link set cali0123456789a up
  until ip link show eth9 | grep -q "state UP"; do sleep 0.1; done
  exec "$@"`,
  "node",
];
const notRoot = process.getuid?.() === 0 ? undefined : "A network of one's own needs root.";
const missing = notRoot ?? ["unshare", "ip", "python3"].map(programMissing).find(Boolean);
// Since it was booted an address is the node's.
const line =
  `${new Date().toISOString()} worker-1 kernel: calico-packet: IN=eth9 OUT= SRC=192.0.2.9 ` +
  "DST=10.0.0.1 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=40000 DPT=22 " +
  "WINDOW=64240 RES=0x00 SYN URGP=0 \n";

needs("a network with interfaces of pods", missing);

describe.skipIf(missing !== undefined)("the own addresses of a node", () => {
  test.for([
    ["are known where the kernel may be asked", node, "worker-1", 0],
    ["are not where it may not, which is said once", [...node, ...withoutNetlink], undefined, 1],
  ] as const)("%s", async ([, through, name, warnings]) => {
    using place = new Place();
    const log = place.write("syslog", [line]);
    const more = ["--db", place.path("db"), "--pods", "none", "--node", "worker-1"];
    await using agent = startDenyscope(["agent", log, ...more], { through });
    await untilRead(place.path("db"), 1);
    appendFileSync(log, line);
    await untilRead(place.path("db"), 2);
    const { status, stderr } = await agent.end("SIGTERM");

    expect(status).toBe(0);
    expect(stderr.split("own addresses are not known").length - 1).toBe(warnings);
    const { flows } = await flowsOf(place.path("db"));
    expect(flows.map(({ destination }) => destination?.node)).toEqual([name]);
  });
});
