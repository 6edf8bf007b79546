import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { startAgent } from "./agent-run.ts";
import { Place } from "./import-place.ts";
import { denialLines } from "./log-lines.ts";
import { untilRead } from "./queries.ts";

test("an agent ends by itself although a server never ends the connection", async () => {
  using place = new Place();
  let received = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("data", (bytes) => {
      received += bytes.length;
    });
    socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const log = place.write("syslog", denialLines({ lines: 10 }));
  const more = ["--forward", `tcp://127.0.0.1:${port}?framing=lf`, "--forward-history"];
  await using agent = startAgent({ logs: [log], database: place.path("db"), more });
  await untilRead(place.path("db"), 10);
  await expect.poll(() => received).toBeGreaterThan(0);
  const { status, stderr } = await agent.end("SIGTERM");
  server.close();

  expect(status).toBe(0);
  expect(stderr).not.toContain("Cannot end");
  expect(stderr).toContain("Agent stopped");
});
