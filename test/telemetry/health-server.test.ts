import { createConnection } from "node:net";
import { expect, test } from "vitest";
import { type Answer, HealthServer, type Routes } from "../../src/telemetry/health-server.ts";

const anywhere = { host: "127.0.0.1", port: 0 };
const routes: Routes = new Map<string, () => Answer | Promise<Answer>>([
  ["/livez", () => ({ status: 200, type: "application/json", body: '{"status":"ok"}\n' })],
  ["/readyz", async () => ({ status: 503, type: "application/json", body: "{}\n" })],
  [
    "/broken",
    () => {
      throw new Error("This one is broken");
    },
  ],
]);

/** What comes back for these bytes, until the server closes, or resets for what it did not read. */
async function answerTo(address: string, bytes: string): Promise<string> {
  const port = Number(address.split(":").at(-1));
  const socket = createConnection({ host: "127.0.0.1", port });
  let answer = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    answer += chunk;
  });
  socket.on("error", () => {});
  socket.write(bytes, "latin1");
  await new Promise<void>((resolve) => socket.once("close", () => resolve()));
  return answer;
}

test("HealthServer answers its paths and nothing else", async () => {
  await using server = await HealthServer.listen(anywhere, routes);
  const get = async (path: string, method = "GET") => {
    const response = await fetch(`http://${server.address}${path}`, { method });
    return [response.status, response.headers.get("content-type"), await response.text()];
  };
  expect(await get("/livez")).toEqual([200, "application/json", '{"status":"ok"}\n']);
  expect(await get("/livez?verbose")).toEqual([200, "application/json", '{"status":"ok"}\n']);
  expect(await get("/readyz")).toEqual([503, "application/json", "{}\n"]);
  expect(await get("/livez", "HEAD")).toEqual([200, "application/json", ""]);
  expect(await get("/livez", "POST")).toEqual([405, "text/plain", "Only GET and HEAD\n"]);
  for (const path of ["/", "/metrics", "/livez/", "/../etc/passwd", "/__proto__", "/toString"]) {
    expect((await get(path))[0], path).toBe(404);
  }
  await expect(get("/broken")).rejects.toThrow();
  expect((await get("/livez"))[0], "it lives on").toBe(200);
});

test("HealthServer refuses what is no request, and headers without end", async () => {
  await using server = await HealthServer.listen(anywhere, routes);
  expect(await answerTo(server.address, "\x00\xff\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
  const long = `GET /livez HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(64 * 1024)}\r\n\r\n`;
  expect(await answerTo(server.address, long)).toMatch(/^HTTP\/1\.1 431 /);
  const body = "POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\nx";
  expect(await answerTo(server.address, body), "no body is waited for").toMatch(/ 405 /);
});

test("HealthServer closes although a client keeps its connection", async () => {
  const server = await HealthServer.listen(anywhere, routes);
  const idle = answerTo(server.address, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /liv");
  await fetch(`http://${server.address}/livez`);
  await server[Symbol.asyncDispose]();
  expect(await idle).toMatch(/^HTTP\/1\.1 200 /);
  await expect(fetch(`http://${server.address}/livez`)).rejects.toThrow();
});

test("HealthServer.listen() says what is wrong with a place", async () => {
  await using server = await HealthServer.listen(anywhere, routes);
  const port = Number(server.address.split(":")[1]);
  const listen = (host: string, at: number) => HealthServer.listen({ host, port: at }, routes);
  await expect(listen("127.0.0.1", port)).rejects.toThrow(
    `Cannot listen on "127.0.0.1:${port}": another program has this port; name another with ` +
      "--listen HOST:PORT, or none",
  );
  await expect(listen("192.0.2.1", 0)).rejects.toThrow(
    'Cannot listen on "192.0.2.1:0": this machine does not have the address; ',
  );
});
