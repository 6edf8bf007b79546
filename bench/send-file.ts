/** `send-file.ts FILE tcp|relp PORT`: sends each line of a file as a message, until SIGTERM. */
import { createReadStream } from "node:fs";
import { once } from "node:events";
import { connect } from "../src/forward/transport/connect.ts";
import { defaultTransportLimits } from "../src/forward/transport/transport-settings.ts";

const READ_BYTES = 256 * 1024;
const LF = 0x0a;

const [file = "", transport = "", port = ""] = process.argv.slice(2);
if (transport !== "tcp" && transport !== "relp") throw new Error(`Cannot send by "${transport}"`);

const opened = Promise.withResolvers<void>();
let roomy = Promise.withResolvers<void>();
const connection = connect(
  {
    ...defaultTransportLimits(transport),
    transport,
    place: { host: "127.0.0.1", port: Number(port) },
    framing: "octet",
    tls: { verify: "name" },
  },
  {
    reached: () => undefined,
    opened: () => opened.resolve(),
    roomy: () => roomy.resolve(),
    refused: (ticket, reason) => opened.reject(new Error(`${ticket}: ${reason}`)),
    settled: () => undefined,
    closed: ({ text }) => process.stderr.write(`${text}\n`),
  },
);
await opened.promise;

const stream = createReadStream(file, { highWaterMark: READ_BYTES });
let rest: Buffer = Buffer.alloc(0);
let ticket = 0;
for await (const chunk of stream as AsyncIterable<Buffer>) {
  const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
  let start = 0;
  for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
    const message = bytes.subarray(start, end);
    while (!connection.send(ticket, message)) {
      await roomy.promise;
      roomy = Promise.withResolvers<void>();
    }
    ticket++;
    start = end + 1;
  }
  rest = bytes.subarray(start);
}
// Its processor time is looked at before it ends.
await once(process, "SIGTERM");
await connection.close(1000);
