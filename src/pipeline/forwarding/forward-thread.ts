// The thread that sends: formats and sockets take no time from reading and counting.
import { parentPort, workerData } from "node:worker_threads";
import { Courier, type CourierEvents } from "../../forward/courier.ts";
import { messageFormatter, usesShapes } from "../../forward/message/message-formatter.ts";
import { MessageSource, type Spool } from "../../forward/message-source.ts";
import { flowMatch } from "../../model/flow-match.ts";
import { EndpointResolver } from "../../query/endpoints/endpoint-resolver.ts";
import { liveNames } from "../../query/endpoints/live-names.ts";
import { openForReading } from "../../store/open.ts";
import { DestinationReader } from "../../store/spool/destination-reader.ts";
import { SpoolReader } from "../../store/spool/spool-reader.ts";
import type { ForwardOptions, FromForwarder, ToForwarder } from "./forward-messages.ts";
import { RecordReader } from "./spooled-records.ts";

/** How often it is told how far destinations are. */
const PROGRESS_MS = 1000;
/** How often it is looked how much waits, for that reads a row for each chunk. */
const QUEUE_MS = 5000;

const port = parentPort;
if (port === null) throw new Error("Cannot forward outside a worker thread");

function send(message: FromForwarder): void {
  port?.postMessage(message);
}

const { database: path, destinations, prefixes, naming, version } = workerData as ForwardOptions;
const database = openForReading(path);
const reader = new SpoolReader(database);
const rows = new DestinationReader(database);
const resolver = new EndpointResolver(naming, liveNames(database));
const withShapes = destinations.some(({ message }) => usesShapes(message.format));
const records = new RecordReader(prefixes, resolver, withShapes);

const spool: Spool = {
  next: (from) => {
    const chunk = reader.next(from);
    return chunk === undefined ? undefined : records.recordsOf(chunk);
  },
};

const events: CourierEvents = {
  connected: (destination, detail) => send({ kind: "connected", destination, detail }),
  lost: (destination, end, retryMs) => send({ kind: "lost", destination, end, retryMs }),
  messageRefused: (destination, event, reason) =>
    send({ kind: "refused", destination, event, reason }),
};

const couriers = destinations.map((destination) => {
  const { message, filter, name } = destination;
  const makeFormat = () => messageFormatter({ ...message, version });
  const position = rows.positionOf(name);
  const matches = filter.length === 0 ? undefined : flowMatch(filter);
  const source = new MessageSource(destination, matches, makeFormat, spool, position);
  return { name, courier: new Courier(destination, source, events), told: position };
});

function tellProgress(): void {
  for (const each of couriers) {
    const progress = each.courier.takeProgress();
    const { position, sent, acknowledged, resent, refused, error } = progress;
    const isMoved = position.chunk !== each.told.chunk || position.record !== each.told.record;
    const isNews = sent + resent + acknowledged + refused.length > 0 || error !== undefined;
    if (!isMoved && !isNews) continue;
    each.told = position;
    send({ kind: "progress", progress });
  }
}

function tellStates(): void {
  for (const { name, courier } of couriers) {
    const { state: doing, reading } = courier;
    const state = { destination: name, state: doing, ...rows.queueFrom(reading) };
    send({ kind: "state", state });
  }
}

const timers = [setInterval(tellProgress, PROGRESS_MS), setInterval(tellStates, QUEUE_MS)];

async function end(graceMs: number): Promise<void> {
  await Promise.all(couriers.map(({ courier }) => courier.end(graceMs)));
  for (const timer of timers) clearInterval(timer);
  tellProgress();
  tellStates();
  database.close();
  port?.close();
}

port.on("message", (message: ToForwarder) => {
  if (message.kind === "end") void end(message.graceMs);
  else for (const { courier } of couriers) courier.wake();
});

for (const { courier } of couriers) courier.start();
tellStates();
