import { otherRowBounds } from "../model/flow-bounds.ts";
import { isDeepStrictEqual } from "node:util";
import { agentRetention } from "../config/retention.ts";
import type { Settings } from "../config/settings.ts";
import { Agent } from "../pipeline/agent.ts";
import type { AgentSettings } from "../pipeline/agent-settings.ts";
import { spoolPlan } from "../pipeline/forwarding/spool-plan.ts";
import { chooseSourceOfLines } from "../pipeline/source-of-lines.ts";
import { type StartingWriter, StoreWriter } from "../store/store-writer.ts";
import { logDamage } from "../telemetry/store-log.ts";
import { Telemetry } from "../telemetry/telemetry.ts";
import type { CommandContext } from "./context.ts";
import { Reloads } from "./reloads.ts";
import { version } from "./version.ts";

type Opened = {
  readonly settings: Settings;
  readonly choice: AgentSettings["choice"];
  readonly writer: StoreWriter;
};

/**
 * Runs agents one after the other in one process. A reload ends an agent as SIGTERM does, with all
 * that it read committed, and the next goes on from its checkpoints: no line is lost or doubled.
 */
export class AgentService implements AsyncDisposable {
  readonly #context: CommandContext;
  readonly #load: () => Promise<Settings>;
  readonly #reloads: Reloads;
  readonly #telemetry: Telemetry;

  /** `load` gives the settings as they are then, `configFile` is what they may change with. */
  constructor(
    context: CommandContext,
    settings: Settings,
    load: () => Promise<Settings>,
    configFile: string,
  ) {
    const { stderr, supervisor, abandon } = context;
    this.#context = context;
    this.#load = load;
    this.#reloads = new Reloads(context, configFile);
    this.#telemetry = new Telemetry(settings, { stderr, version: version(), supervisor, abandon });
  }

  /** Resolves when the context's signal came and all that was read is committed. */
  async run(settings: Settings, starting: StartingWriter): Promise<void> {
    const { signal } = this.#context;
    signal.addEventListener("abort", () => void this.#telemetry.stopping());
    await this.#telemetry.listen(settings.listen);
    let opened = await this.#open(settings, starting);
    while (true) {
      const next = await this.#runAgent(opened);
      if (next === undefined) return;
      opened = await this.#reopen(next, opened.settings);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#reloads[Symbol.dispose]();
    await this.#telemetry[Symbol.asyncDispose]();
  }

  async #open(settings: Settings, starting: StartingWriter): Promise<Opened> {
    this.#telemetry.starting(settings);
    const choice = await chooseSourceOfLines(settings);
    const writer = await starting.open({
      ...settings,
      path: settings.db,
      role: "agent",
      retention: agentRetention(settings),
      flowBounds: { ...otherRowBounds, flowsPerMinuteMax: settings.flowsPerMinuteMax },
      spool: spoolPlan(settings, this.#nodeOf(settings)),
      retries: true,
    });
    if (writer.damage !== undefined) logDamage(this.#telemetry.log, writer.damage);
    return { settings, choice, writer };
  }

  /** With the settings before, where those that are new cannot be used. */
  async #reopen(settings: Settings, before: Settings): Promise<Opened> {
    try {
      await using starting = StoreWriter.start();
      const opened = await this.#open(settings, starting);
      this.#telemetry.reloaded("done");
      return opened;
    } catch (error) {
      this.#refuse(error);
      await using starting = StoreWriter.start();
      await this.#telemetry.listen(before.listen);
      return await this.#open(before, starting);
    }
  }

  /** Resolves when the agent has ended: to the settings of the next one, if there is to be one. */
  async #runAgent({ settings, choice, writer: opened }: Opened): Promise<Settings | undefined> {
    await using writer = opened;
    const { now, signal } = this.#context;
    const { log } = this.#telemetry;
    const node = this.#nodeOf(settings);
    const watch = this.#telemetry.running(settings);
    const agentSettings = { ...settings, choice, node, version: version() };
    const agent = new Agent(agentSettings, writer, log, now, watch);
    const ended = new AbortController();
    const reloading = new AbortController();
    const next = this.#nextSettings(settings, ended.signal).then((found) => {
      if (found !== undefined) reloading.abort();
      return found;
    });
    try {
      await agent.run(AbortSignal.any([signal, reloading.signal]));
    } finally {
      ended.abort();
    }
    return signal.aborted ? undefined : next;
  }

  /** Waits for a reload with settings that can be used; others are told of, and left. */
  async #nextSettings(settings: Settings, signal: AbortSignal): Promise<Settings | undefined> {
    while (true) {
      const cause = await this.#reloads.next(signal);
      if (cause === undefined) return undefined;
      try {
        const next = await this.#load();
        const changed = changedNames(settings, next);
        if (cause === "file" && changed.length === 0) continue;
        await this.#telemetry.listen(next.listen);
        this.#telemetry.log.info({ cause, changed }, "Reloading");
        this.#telemetry.reloading();
        return next;
      } catch (error) {
        this.#refuse(error);
      }
    }
  }

  #nodeOf({ node }: Settings): string {
    return node ?? this.#context.hostname;
  }

  #refuse(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#telemetry.log.error({ reason }, "Cannot reload: the settings before stay in force");
    this.#telemetry.reloaded("refused");
  }
}

function changedNames(before: Settings, now: Settings): string[] {
  const names = Object.keys(now) as (keyof Settings)[];
  return names.filter((name) => !isDeepStrictEqual(before[name], now[name]));
}
