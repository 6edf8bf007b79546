import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import type { CloseReason } from "../../../../src/forward/transport/close-reason.ts";
import { RelpSession } from "../../../../src/forward/transport/relp/relp-session.ts";
import { goodAnswer, relpAnswer, type RelpFrame, relpScript } from "../../servers/relp-script.ts";
import { ScriptedServer } from "../../servers/scripted-server.ts";
import { attempt, type AttemptOptions } from "../attempt.ts";
import { settingsFor } from "../delivery.ts";
import { numberedMessage } from "../numbered-messages.ts";

const COUNT = 10;
/** The transaction number of the first message. */
const FIRST = 2;

type Answer = (frame: RelpFrame, socket: Socket) => string | undefined;

/** Answers frame by frame; with nothing, no more. */
const each = (answer: Answer) =>
  relpScript((frames, socket) => {
    for (const frame of frames) socket.write(answer(frame, socket) ?? "");
  });

const insteadOf =
  (txnr: number, text: string): Answer =>
  (frame) =>
    frame.txnr === txnr ? text : goodAnswer(frame);

async function attemptAt(
  script: (socket: Socket) => void,
  options: AttemptOptions = {},
  limits: { window?: number; silenceMsMax?: number; connectMsMax?: number } = {},
) {
  await using server = await ScriptedServer.listen(script);
  return await attempt(settingsFor("relp", server.port, limits), { count: COUNT, ...options });
}

test("RelpSession speaks RELP to the byte", async () => {
  let heard = "";
  const script = each(goodAnswer);
  const { opened, settled, end } = await attemptAt(
    (socket) => {
      socket.on("data", (chunk) => {
        heard += chunk.toString();
      });
      script(socket);
    },
    { count: 2 },
  );
  expect(opened!.relp).toEqual({ software: "scripted", version: "0" });
  expect({ settled, reason: end.reason }).toEqual({ settled: 1, reason: "ended" });
  const [first, second] = [0, 1].map((ticket) => numberedMessage(ticket).toString());
  expect(heard).toBe(
    "1 open 54 relp_version=0\nrelp_software=denyscope\ncommands=syslog\n" +
      `2 syslog 503 ${first}\n3 syslog 503 ${second}\n4 close 0\n`,
  );
});

test.for<[what: string, answer: Answer, reason: CloseReason, settled: number, why: string]>([
  [
    "a number that it was not sent",
    insteadOf(5, relpAnswer(999, "200 OK")),
    ...(["protocol", 2, "it answered 999, which waits for no answer"] as const),
  ],
  [
    "the same twice",
    insteadOf(5, relpAnswer(4, "200 OK")),
    ...(["protocol", 2, "it answered 4, which waits for no answer"] as const),
  ],
  [
    "no code",
    insteadOf(5, relpAnswer(5, "OK")),
    ...(["protocol", 2, "it answered without a code"] as const),
  ],
  ["no RELP", insteadOf(5, "HTTP/1.1 400\r\n"), "protocol", 2, "something that is no RELP"],
  ["data without end", insteadOf(5, "5 rsp 131073 200"), "protocol", 2, "no RELP"],
  ["a command", insteadOf(5, "5 syslog 1 x\n"), "protocol", 2, "not for clients"],
  [
    "that it closes, behind an answer",
    insteadOf(5, relpAnswer(5, "200 OK") + relpAnswer(0, "", "serverclose")),
    ...(["peer-closed", 3, "it closed the RELP session"] as const),
  ],
  [
    "the end of the stream, behind an answer",
    (frame, socket) => {
      if (frame.txnr < 5) return goodAnswer(frame);
      if (frame.txnr === 5) socket.end(goodAnswer(frame));
      return undefined;
    },
    ...(["peer-closed", 3, "it closed the connection"] as const),
  ],
  [
    "a reset, behind an answer",
    (frame, socket) => {
      if (frame.txnr < 5) return goodAnswer(frame);
      if (frame.txnr === 5) socket.write(goodAnswer(frame), () => socket.resetAndDestroy());
      return undefined;
    },
    ...(["reset", 3, "the connection was reset"] as const),
  ],
  [
    "nothing any more",
    (frame) => (frame.txnr < 5 ? goodAnswer(frame) : undefined),
    ...(["no-acknowledgement", 2, "has not acknowledged the oldest message for 300 ms"] as const),
  ],
])("RelpSession ends when the server answers %s", async ([, answer, reason, settled, why]) => {
  const limits = { silenceMsMax: 300 };
  const found = await attemptAt(
    each((...all) => answer(...all) ?? ""),
    { waits: true },
    limits,
  );
  expect({ reason: found.end.reason, settled: found.settled }).toEqual({ reason, settled });
  expect(found.end.text).toMatch(/^Cannot send to "relp:\/\/127\.0\.0\.1:\d+": /);
  expect(found.end.text).toContain(why);
});

test.for<[what: string, answer: string, reason: CloseReason, why: string]>([
  ["an error", "1 rsp 14 500 no\x1b[2Jmore\n", "open-refused", 'it answered "500 no?[2Jmore"'],
  ["without syslog", relpAnswer(1, "200 OK\ncommands=x,y"), "open-refused", "command syslog"],
  ["with another number", relpAnswer(2, "200 OK"), "protocol", "waits for no answer"],
  ["without a code", relpAnswer(1, "hello"), "protocol", "no RELP"],
  ["with a banner", "220 mail.example.com ESMTP\r\n", "protocol", "no RELP"],
  ["with its close", "0 serverclose 0\n", "peer-closed", "it closed the RELP session"],
  ["not at all", "", "connect-timeout", "has not answered RELP's open for 300 ms"],
])("RelpSession does not open when it is answered %s", async ([, answer, reason, why]) => {
  const found = await attemptAt(
    each(() => answer),
    {},
    { connectMsMax: 300 },
  );
  expect(found).toMatchObject({ opened: undefined, settled: -1, end: { reason } });
  expect(found.end.text).toMatch(/^Cannot connect to "relp:\/\/127\.0\.0\.1:\d+": /);
  expect(found.end.text).toContain(why);
});

test("RelpSession tells what the server refused, and goes on", async () => {
  const { refused, settled, end } = await attemptAt(
    each(insteadOf(5, relpAnswer(5, "500 queue\u0007 full\nmore"))),
  );
  expect(refused).toEqual([[3, "500 queue? full"]]);
  expect({ settled, reason: end.reason }).toEqual({ settled: COUNT - 1, reason: "ended" });
});

test("RelpSession settles up to the first missing answer, whatever their order", async () => {
  const backwards = relpScript((frames, socket) => {
    const wanted = frames.filter(({ txnr }) => txnr !== FIRST + 2);
    for (const frame of wanted.toReversed()) socket.write(goodAnswer(frame));
  });
  const { settled, end } = await attemptAt(backwards, { waits: true }, { silenceMsMax: 300 });
  expect({ settled, reason: end.reason }).toEqual({ settled: 1, reason: "no-acknowledgement" });
  const all = relpScript((frames, socket) => {
    for (const frame of frames.toReversed()) socket.write(goodAnswer(frame));
  });
  expect(await attemptAt(all)).toMatchObject({ settled: COUNT - 1, end: { reason: "ended" } });
});

test("RelpSession reads answers that come byte by byte", async () => {
  const { settled, end } = await attemptAt(
    each((frame, socket) => {
      for (const byte of goodAnswer(frame)) socket.write(byte);
      return undefined;
    }),
  );
  expect({ settled, reason: end.reason }).toEqual({ settled: COUNT - 1, reason: "ended" });
});

test.for([1, 3, 128])("RelpSession keeps to its window of %i", async (window) => {
  let [unanswered, most] = [0, 0];
  const late = relpScript((frames, socket) => {
    unanswered += frames.filter(({ command }) => command === "syslog").length;
    most = Math.max(most, unanswered);
    setTimeout(() => {
      unanswered = 0;
      socket.write(frames.map(goodAnswer).join(""));
    }, 2);
  });
  const { settled } = await attemptAt(late, { count: 500 }, { window });
  expect(settled).toBe(499);
  expect(most).toBeLessThanOrEqual(window);
});

test("RelpSession ends although the server does not answer its close", async () => {
  const found = await attemptAt(
    each((frame) => (frame.command === "close" ? "" : goodAnswer(frame))),
    { graceMs: 200 },
  );
  expect(found).toMatchObject({ settled: COUNT - 1, end: { reason: "ended" } });
});

test("RelpSession ends in good order when its numbers are used up", async () => {
  await using server = await ScriptedServer.listen(each(goodAnswer));
  const socket = connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true });
  await once(socket, "connect");
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const limits = { window: 3, connectMsMax: 1000, silenceMsMax: 1000, txnrMax: FIRST + 5 };
  let [next, settled] = [0, -1];
  const pump = () => {
    while (session.send(next, numberedMessage(next))) next++;
  };
  const session = new RelpSession(socket, limits, {
    opened: pump,
    roomy: pump,
    refused: () => undefined,
    settled: (upTo) => {
      settled = upTo;
    },
    ended: ({ reason }) => resolve(reason),
  });
  session.start();
  expect(await promise).toBe("ended");
  expect({ next, settled }).toEqual({ next: 5, settled: 4 });
});
