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
  readonly #log: Logger;
  #addresses: readonly string[] = [];
  #addressesAt = Number.NEGATIVE_INFINITY;
  /** Why they could not be seen last. */
  #addressesHidden: string | undefined;

  constructor(settings: AgentSettings, pipeline: Pipeline, log: Logger, now: () => number) {
    this.#settings = settings;
    this.#pipeline = pipeline;
    this.#now = now;
    this.#log = log;
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
    const seen = this.#ownAddresses(now);
    if (seen === undefined || isDeepStrictEqual(seen.addresses, this.#addresses)) return;
    this.#addresses = seen.addresses;
    this.#pipeline.keepAddresses({ node: this.#settings.node, ...seen, time: now });
  }

  #ownAddresses(now: number): ReturnType<typeof ownAddresses> | undefined {
    const { nodeAddresses, podInterfaces } = this.#settings;
    try {
      return ownAddresses(nodeAddresses, podInterfaces, now);
    } catch (error) {
      // A sandbox may keep it from asking the kernel.
      const reason = (error as Error).message;
      if (reason !== this.#addressesHidden) {
        this.#log.warn({ reason }, "The node's own addresses are not known; see --node-address");
      }
      this.#addressesHidden = reason;
      return undefined;
    }
  }
}
