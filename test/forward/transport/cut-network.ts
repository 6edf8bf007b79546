/**
 * `cut-network.ts silent|vanish|forbid|cross`, in a network namespace of its own: what a connection
 * tells when from a moment on nothing gets through to its server, as JSON.
 *
 * silent: nothing ever did. vanish: the server's machine is gone. forbid: a rule of this machine
 * forbids it. cross: the server closes in the moment in which this side does, without having read
 * what is on its way.
 */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { connect } from "../../../src/forward/transport/connect.ts";
import { settingsFor } from "./delivery.ts";
import { numberedMessage } from "./numbered-messages.ts";

const CONNECT_MS_MAX = 500;
const SILENCE_MS_MAX = 1500;
const GRACE_MS = 2000;

execFileSync("ip", ["link", "set", "lo", "up"]);
const server = createServer().listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
const how = process.argv[2];
const chain = how === "forbid" ? "OUTPUT" : "INPUT";
const rule = [chain, "-p", "tcp", "--dport", String(port), "-j", "DROP"];
const cut = () => execFileSync("iptables", ["-A", ...rule]);
const mend = () => execFileSync("iptables", ["-D", ...rule]);

if (how === "silent") cut();
const accepted = once(server, "connection") as Promise<[Socket]>;
let settled = -1;
const settings = settingsFor("tcp", port, {
  connectMsMax: CONNECT_MS_MAX,
  silenceMsMax: SILENCE_MS_MAX,
});
const connection = connect(settings, {
  reached: () => undefined,
  opened: () => void disturb(),
  roomy: () => undefined,
  refused: () => undefined,
  settled: (upTo) => {
    settled = upTo;
  },
  closed: ({ reason }) => {
    process.stdout.write(`${JSON.stringify({ reason, settled })}\n`);
    process.exit();
  },
});

async function disturb(): Promise<void> {
  const [socket] = await accepted;
  socket.on("error", () => undefined);
  cut();
  connection.send(0, numberedMessage(0));
  if (how !== "cross") return;
  void connection.close(GRACE_MS);
  // The end of this side has left by then, and has not arrived.
  setTimeout(() => socket.destroy(), 200);
  setTimeout(mend, 500);
}
