import type { ForwardEvents } from "../../forward/forward-events.ts";
import type { NoticeKind } from "../../model/outgoing.ts";
import type { Pipeline } from "../../pipeline.ts";
import type { AgentSettings } from "../agent-settings.ts";
import { Forwarder } from "./forwarder.ts";

/** What waits when the agent ends may be sent for so long. */
const GRACE_MS = 5_000;

/** The part of an agent that sends: what was settled is committed with the counts. */
export class AgentForwarding {
  readonly #settings: AgentSettings;
  readonly #pipeline: Pipeline;
  readonly #events: ForwardEvents;
  /** Microseconds since the epoch. */
  readonly #now: () => number;
  #forwarder: Forwarder | undefined;
  #failure: Error | undefined;

  constructor(
    settings: AgentSettings,
    pipeline: Pipeline,
    events: ForwardEvents,
    now: () => number,
  ) {
    this.#settings = settings;
    this.#pipeline = pipeline;
    this.#events = events;
    this.#now = now;
  }

  /** `failed` is told when nothing can be sent any more, which must not be; see end(). */
  start(failed: () => void): void {
    const { db, forward, version, podInterfaces, networks } = this.#settings;
    const { deniedPrefixes, prefixTemplate, followUpPrefix } = this.#settings;
    this.#notice("start", "The agent has started");
    this.#forwarder = new Forwarder(
      {
        database: db,
        destinations: forward,
        prefixes: { deniedPrefixes, prefixTemplate, followUpPrefix },
        naming: { podInterfaces, networks },
        version,
      },
      {
        ...this.#events,
        messagesMoved: (progress) => {
          this.#pipeline.delivered(progress);
          this.#events.messagesMoved(progress);
        },
      },
      (error) => {
        this.#failure = error;
        failed();
      },
    );
  }

  /** There is more in the spool. */
  wake(): void {
    this.#forwarder?.wake();
  }

  /**
   * Sends what waits, for some seconds, and commits what was settled.
   *
   * @throws Error what ended the thread that sends.
   */
  async end(): Promise<void> {
    this.#notice("stop", "The agent ends");
    await this.#pipeline.finish();
    await this.#forwarder?.end(GRACE_MS);
    await this.#pipeline.finish();
    if (this.#failure !== undefined) throw this.#failure;
  }

  #notice(notice: NoticeKind, text: string): void {
    const { node, version } = this.#settings;
    const details = { node, version };
    this.#pipeline.notice({ notice, text, time: this.#now(), details });
  }
}
