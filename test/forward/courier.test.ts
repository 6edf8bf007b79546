import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseDestinations } from "../../src/config/destinations.ts";
import { Courier, type CourierEvents } from "../../src/forward/courier.ts";
import { messageFormatter } from "../../src/forward/message/message-formatter.ts";
import { MessageSource } from "../../src/forward/message-source.ts";
import { MemorySpool, noticeOf } from "./memory-spool.ts";
import { until } from "./servers/until.ts";

const GRACE_MS = 5000;
const TIMEOUT = { timeout: 60_000 };

/** What a scripted RELP server does with a message: its answer, or the connection ends. */
type Answer = "200 OK" | "500 no" | "close" | "nothing";

/** A server whose answers a test decides; it keeps what it has acknowledged. */
async function relpServer(answer: (text: string) => Answer) {
  const taken: string[] = [];
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    let rest = Buffer.alloc(0);
    const say = (transaction: string, data: string) =>
      socket.write(`${transaction} rsp ${data.length}${data === "" ? "" : ` ${data}`}\n`);
    socket.on("error", () => undefined);
    socket.on("data", (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      for (let frame = frameIn(rest); frame !== undefined; frame = frameIn(rest)) {
        rest = rest.subarray(frame.end);
        if (frame.command === "open") {
          say(frame.transaction, "200 OK\nrelp_version=0\nrelp_software=test\ncommands=syslog");
        } else if (frame.command === "close") {
          say(frame.transaction, "");
          socket.end("0 serverclose 0\n");
        } else {
          const said = answer(frame.data);
          if (said === "close") return void socket.destroy();
          if (said === "200 OK") taken.push(frame.data);
          if (said !== "nothing") say(frame.transaction, said);
        }
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    taken,
    get connections() {
      return connections;
    },
  };
}

type Frame = { transaction: string; command: string; data: string; end: number };

function frameIn(bytes: Buffer): Frame | undefined {
  const head = /^(\d+) (\w+) (\d+)( |\n)/.exec(bytes.toString("latin1", 0, 60));
  if (head === null) return undefined;
  const [text, transaction = "", command = "", length = ""] = head;
  const size = Number(length);
  const end = text.length + (size === 0 ? 0 : size + 1);
  if (bytes.length < end) return undefined;
  return { transaction, command, data: bytes.toString("utf8", text.length, end - 1), end };
}

const relp = (port: number) => `relp://127.0.0.1:${port}`;

function courierTo(url: string, spool: MemorySpool, settleEveryMs?: number) {
  const [destination] = parseDestinations([`${url}?name=siem`], String);
  const makeFormat = () => messageFormatter({ ...destination!.message, version: "0.1.0" });
  const from = { chunk: 1, record: 0 };
  const source = new MessageSource(destination!, () => true, makeFormat, spool, from);
  const said: string[] = [];
  const events: CourierEvents = {
    connected: () => said.push("connected"),
    lost: (_, { reason }) => said.push(`lost: ${reason}`),
    messageRefused: (_, event, reason) => said.push(`refused: ${event} ${reason}`),
  };
  const courier = new Courier(destination!, source, events, settleEveryMs);
  onTestFinished(() => courier.end(0));
  return { courier, said };
}

const numbersIn = (texts: readonly string[]) =>
  texts.map((text) => Number(/number (\d+);/.exec(text)?.[1]));

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe("Courier", () => {
  test("sends what waits and what comes, and tells how far it is", TIMEOUT, async () => {
    const server = await relpServer(() => "200 OK");
    const spool = new MemorySpool();
    spool.add(...upTo(300).map(noticeOf));
    const { courier } = courierTo(relp(server.port), spool);
    courier.start();
    await until("300 are taken", () => server.taken.length === 300);
    spool.add(noticeOf(301));
    courier.wake();
    await until("one more is taken", () => server.taken.length === 301);
    await courier.end(GRACE_MS);
    expect(numbersIn(server.taken)).toEqual(upTo(301));
    expect(courier.takeProgress()).toMatchObject({
      destination: "siem",
      position: { chunk: 3, record: 0 },
      reading: { chunk: 3, record: 0 },
      sent: 301,
      acknowledged: 301,
      resent: 0,
      refused: [],
    });
    expect(courier.takeProgress()).toMatchObject({ sent: 0, acknowledged: 0 });
  });

  test("sends again what was not acknowledged when the connection broke", TIMEOUT, async () => {
    let breaks = 2;
    const server = await relpServer((text) => {
      if (breaks > 0 && text.includes("number 70;")) {
        breaks--;
        return "close";
      }
      return "200 OK";
    });
    const spool = new MemorySpool();
    spool.add(...upTo(100).map(noticeOf));
    const { courier, said } = courierTo(relp(server.port), spool);
    courier.start();
    await until("all are taken", () => new Set(numbersIn(server.taken)).size === 100);
    await courier.end(GRACE_MS);
    const { sent, resent, acknowledged, error } = courier.takeProgress();
    expect(server.connections).toBe(3);
    expect(said.filter((text) => text === "connected")).toHaveLength(3);
    expect({ sent, acknowledged }).toEqual({ sent: 100, acknowledged: 100 });
    expect(resent).toBeGreaterThanOrEqual(2);
    expect(error?.text).toContain("Cannot send to");
    expect(new Set(numbersIn(server.taken))).toEqual(new Set(upTo(100)));
  });

  test(
    "gives a message up that is refused three times, and sends the others",
    TIMEOUT,
    async () => {
      const server = await relpServer((text) => (text.includes("number 5;") ? "500 no" : "200 OK"));
      const spool = new MemorySpool();
      spool.add(...upTo(10).map(noticeOf));
      const { courier, said } = courierTo(relp(server.port), spool);
      courier.start();
      await until("the last is taken", () => numbersIn(server.taken).includes(10));
      await until("it is given up", () => said.includes("refused: id-5 500 no"));
      await courier.end(GRACE_MS);
      const { position, acknowledged, refused } = courier.takeProgress();
      expect(server.connections).toBe(3);
      expect(new Set(numbersIn(server.taken))).toEqual(new Set([1, 2, 3, 4, 6, 7, 8, 9, 10]));
      expect(position).toEqual({ chunk: 2, record: 0 });
      expect(acknowledged).toBe(9);
      expect(refused).toMatchObject([{ event: "id-5", reason: "500 no" }]);
      expect(Buffer.from(refused[0]!.message).toString()).toContain("number 5;");
    },
  );

  test("is not behind what nobody has acknowledged when it ends", TIMEOUT, async () => {
    const server = await relpServer((text) => (text.includes("number 3;") ? "nothing" : "200 OK"));
    const spool = new MemorySpool();
    spool.add(...upTo(6).map(noticeOf));
    const { courier } = courierTo(relp(server.port), spool);
    courier.start();
    await until("the others are taken", () => server.taken.length === 5);
    await courier.end(500);
    const { position, reading } = courier.takeProgress();
    expect(position).toEqual({ chunk: 1, record: 2 });
    expect(reading).toEqual(position);
  });

  test(
    "a server that is not there is tried again, and what waits stays where it is",
    TIMEOUT,
    async () => {
      const spool = new MemorySpool();
      spool.add(noticeOf(1));
      // Nothing listens there.
      const { courier, said } = courierTo(relp(1), spool);
      courier.start();
      await until("two tries", () => said.length === 2);
      await courier.end(GRACE_MS);
      expect(said).toEqual(["lost: connect-refused", "lost: connect-refused"]);
      expect(courier.takeProgress()).toMatchObject({ position: { chunk: 1, record: 0 }, sent: 0 });
    },
  );

  test(
    "settles the last messages of a quiet stream by ending it in good order",
    TIMEOUT,
    async () => {
      let connections = 0;
      const server = createServer((socket) => {
        connections++;
        socket.resume();
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      onTestFinished(() => void server.close());
      const { port } = server.address() as AddressInfo;
      const spool = new MemorySpool();
      spool.add(...upTo(5).map(noticeOf));
      const { courier, said } = courierTo(`tcp://127.0.0.1:${port}`, spool, 200);
      courier.start();
      await until("another connection", () => connections === 2);
      const { position, acknowledged, resent, error } = courier.takeProgress();
      expect(position).toEqual({ chunk: 2, record: 0 });
      expect({ acknowledged, resent, error }).toEqual({
        acknowledged: 5,
        resent: 0,
        error: undefined,
      });
      expect(said).not.toContain("lost: ended");
      await courier.end(GRACE_MS);
    },
  );
});
