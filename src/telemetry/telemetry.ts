import { statSync } from "node:fs";
import type { DestinationStream, Logger } from "pino";
import { listenNowhere, parseListen } from "../config/listen-address.ts";
import type { Settings } from "../config/settings.ts";
import type { Supervisor } from "../config/supervisor.ts";
import { AgentMetrics } from "./agent-metrics.ts";
import type { AgentWatch } from "./agent-watch.ts";
import { commitWatch } from "./commit-watch.ts";
import { CountWatch } from "./count-watch.ts";
import { forwardWatch } from "./forward-watch.ts";
import { followLog } from "./follow-log.ts";
import { followWatch, tellAll } from "./follow-watch.ts";
import { Health, type HealthReport } from "./health.ts";
import { type Answer, HealthServer, type Routes } from "./health-server.ts";
import { Lag } from "./lag.ts";
import { createLog } from "./log.ts";
import { LossLog } from "./loss-log.ts";
import { Repeats } from "./repeats.ts";
import { ServiceState } from "./service-state.ts";
import { storeWatch } from "./store-log.ts";
import { SystemdNotifier } from "./systemd.ts";
import { Watchdog } from "./watchdog.ts";
import { whyUnreadable } from "./why-unreadable.ts";

export type TelemetryOptions = {
  readonly stderr: DestinationStream;
  readonly version: string;
  readonly supervisor: Supervisor | undefined;
  /** Ends the process at once, for a thread that hangs would keep it from ending by itself. */
  readonly abandon: () => void;
};

/** The agent's log, metrics and health, for as long as its process lives. */
export class Telemetry implements AsyncDisposable {
  readonly log: Logger;
  readonly #metrics: AgentMetrics;
  readonly #lag: Lag;
  readonly #health: Health;
  readonly #repeats: Repeats;
  readonly #losses: LossLog;
  readonly #watchdog: Watchdog;
  readonly #service: ServiceState | undefined;
  #listen: string = listenNowhere;
  #server: HealthServer | undefined;
  #database: string;

  constructor({ logLevel, db }: Settings, options: TelemetryOptions) {
    const { supervisor, abandon } = options;
    const now = () => performance.now();
    this.#database = db;
    this.#repeats = new Repeats(() => this.#metrics.leftOut.inc());
    this.log = createLog(logLevel, options.stderr, this.#repeats);
    this.#losses = new LossLog(this.log, () => this.#metrics.leftOut.inc());
    this.#lag = new Lag(now);
    this.#health = new Health({ now, lag: this.#lag, whyUnreadable });
    this.#metrics = new AgentMetrics(options.version, {
      lagBytes: () => this.#lag.bytes,
      lagSeconds: () => this.#lag.seconds,
      databaseBytes: () => sizeOf(this.#database),
      walBytes: () => sizeOf(`${this.#database}-wal`),
    });
    this.#watchdog = new Watchdog(this.#health, ({ checks }) => {
      this.log.error({ checks }, "Agent is stuck: ending the process, so that it is started anew");
      abandon();
    });
    if (supervisor === undefined) return;
    const notifier = new SystemdNotifier(supervisor, (reason) => {
      this.log.error({ reason }, "Cannot tell systemd how the agent is");
    });
    this.#service = new ServiceState(notifier, this.#health, supervisor.watchdogMs);
  }

  /**
   * Serves there from now on, and nowhere else.
   *
   * @throws Error with one line for people when it cannot; then nothing has changed.
   */
  async listen(text: string): Promise<void> {
    if (text === this.#listen) return;
    const address = parseListen(text);
    const isOff = address === undefined || address === listenNowhere;
    const server = isOff ? undefined : await HealthServer.listen(address, this.#routes());
    await this.#server?.[Symbol.asyncDispose]();
    this.#server = server;
    this.#listen = text;
    if (server !== undefined) this.log.info({ address: server.address }, "Listening");
  }

  /** An agent with these settings opens its database. */
  starting({ db, logLevel }: Settings): void {
    this.#database = db;
    this.log.level = logLevel;
    this.#health.enter("starting");
  }

  /** The agent runs from now on; it tells what it does to what this returns. */
  running(settings: Settings): AgentWatch {
    const metrics = this.#metrics;
    const counts = new CountWatch(metrics, settings);
    this.#health.enter("running");
    metrics.openLogs.set(0);
    metrics.spoolBytes.set(0);
    const names = settings.forward.map(({ name }) => name);
    return {
      store: storeWatch(this.log, metrics),
      forward: forwardWatch(this.log, metrics.forward, names),
      follow: tellAll(followLog(this.log), followWatch(metrics, this.#health, this.#lag)),
      commits: commitWatch(metrics, this.#health),
      counted: (batch) => {
        this.#health.batchCounted();
        counts.counted(batch);
        this.#losses.counted(batch.progress);
      },
    };
  }

  reloading(): void {
    this.#health.enter("reloading");
    this.#service?.reloading();
  }

  reloaded(result: "done" | "refused"): void {
    this.#metrics.reloads.inc({ result });
  }

  /** The agent is told to end. */
  async stopping(): Promise<void> {
    this.#health.enter("stopping");
    await this.#service?.stopping();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watchdog[Symbol.dispose]();
    await this.#service?.[Symbol.asyncDispose]();
    this.#losses[Symbol.dispose]();
    this.#repeats[Symbol.dispose]();
    await this.#server?.[Symbol.asyncDispose]();
  }

  #routes(): Routes {
    const { registry } = this.#metrics;
    return new Map<string, () => Answer | Promise<Answer>>([
      [
        "/metrics",
        async () => ({ status: 200, type: registry.contentType, body: await registry.metrics() }),
      ],
      ["/livez", () => healthAnswer(this.#health.live())],
      ["/readyz", () => healthAnswer(this.#health.ready())],
    ]);
  }
}

function healthAnswer(report: HealthReport): Answer {
  const status = report.status === "ok" ? 200 : 503;
  return { status, type: "application/json", body: `${JSON.stringify(report)}\n` };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
