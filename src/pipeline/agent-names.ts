import { isDeepStrictEqual } from "node:util";
import type { Logger } from "pino";
import { ownAddresses } from "../identify/own-addresses.ts";
import { PodWatch } from "../identify/pod-watch.ts";
import { MICROS_PER_MINUTE } from "../model/time-unit.ts";
import type { Pipeline } from "../pipeline.ts";
import { describeUnreadable } from "../telemetry/why-unreadable.ts";
import type { AgentSettings } from "./agent-settings.ts";

export const noPods = "none";

/** Keeps known which pods are on the node, and which addresses are its own. */
export class AgentNames {
  readonly #settings: AgentSettings;
  readonly #pipeline: Pipeline;
  /** Microseconds since the epoch. */
  readonly #now: () => number;
  readonly #pods: PodWatch | undefined;
  #addresses: readonly string[] = [];
  #addressesAt = Number.NEGATIVE_INFINITY;

  constructor(settings: AgentSettings, pipeline: Pipeline, log: Logger, now: () => number) {
    this.#settings = settings;
    this.#pipeline = pipeline;
    this.#now = now;
    if (settings.pods === noPods) return;
    this.#pods = new PodWatch(settings.pods, {
      podsReadable: (directory, pods) => log.info({ directory, pods }, "Pods are known by name"),
      podsUnreadable: (directory, error) => {
        const reason = describeUnreadable(directory, error);
        log.warn({ directory, reason }, "Pods are not known by name");
      },
      podsTooMany: (directory, pods) => {
        log.warn({ directory, pods }, "Too many pods: not all are known by name");
      },
    });
  }

  /**
   * Before each commit: a pod has its directory before its first packet, so what is counted is
   * committed with the names that belong to it.
   */
  look(): void {
    const now = this.#now();
    const changes = this.#pods?.look(now);
    if (changes !== undefined) this.#pipeline.changePods(changes);
    if (now - this.#addressesAt < MICROS_PER_MINUTE) return;
    this.#addressesAt = now;
    const { nodeAddresses, podInterfaces, node } = this.#settings;
    const { addresses, since } = ownAddresses(nodeAddresses, podInterfaces, now);
    if (isDeepStrictEqual(addresses, this.#addresses)) return;
    this.#addresses = addresses;
    this.#pipeline.keepAddresses({ node, addresses, since, time: now });
  }
}
