import { Worker } from "node:worker_threads";
import type { ForwardEvents } from "../../forward/forward-events.ts";
import { entryBeside } from "../../model/entry-beside.ts";
import type { ForwardOptions, FromForwarder, ToForwarder } from "./forward-messages.ts";

const thread = entryBeside(import.meta.url, "forward-thread");

/** Its garbage is short-lived: records and messages. */
const resourceLimits = { maxYoungGenerationSizeMb: 6 };

/** The thread that sends, seen from the one that counts. */
export class Forwarder {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;

  /** `failed` is told when nothing is sent any more, which must not be. */
  constructor(options: ForwardOptions, events: ForwardEvents, failed: (error: Error) => void) {
    this.#worker = new Worker(thread, { workerData: options, resourceLimits });
    this.#exited = new Promise((resolve) => this.#worker.once("exit", () => resolve()));
    this.#worker.on("error", (error) => failed(error as Error));
    this.#worker.on("message", (message: FromForwarder) => tell(events, message));
  }

  /** There is more in the spool. */
  wake(): void {
    this.#send({ kind: "wake" });
  }

  /** Sends what waits and ends: what was settled is told when this resolves. */
  async end(graceMs: number): Promise<void> {
    this.#send({ kind: "end", graceMs });
    await this.#exited;
  }

  #send(message: ToForwarder): void {
    this.#worker.postMessage(message);
  }
}

function tell(events: ForwardEvents, message: FromForwarder): void {
  switch (message.kind) {
    case "connected":
      return events.destinationConnected(message.destination, message.detail);
    case "lost":
      return events.destinationLost(message.destination, message.end, message.retryMs);
    case "refused":
      return events.messageRefused(message.destination, message.event, message.reason);
    case "progress":
      return events.messagesMoved(message.progress);
    case "state":
      return events.queueMeasured(message.state);
  }
}
