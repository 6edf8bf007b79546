/** `connect-once.ts HOST PORT`: one attempt over TCP, as JSON. */
import { attempt } from "./attempt.ts";
import { settingsFor } from "./delivery.ts";

const [host = "", port = ""] = process.argv.slice(2);
const found = await attempt(settingsFor("tcp", { host, port: Number(port) }));
process.stdout.write(`${JSON.stringify(found)}\n`);
