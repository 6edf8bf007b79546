import { type BigIntStats, lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { KnownPod, PodChanges } from "../model/known-pod.ts";
import { readPodDirectory } from "./pod-directory.ts";

/** Pods of a node that are told apart; kubelet runs 110 if nobody says otherwise. */
const podsMax = 20_000;
/** A change within the same tick of the file system's clock cannot be seen by its time. */
const CLOCK_TICK_NANOS = 100_000_000n;
const NANOS_PER_MICRO = 1000n;

export type PodWatchEvents = {
  /** Told once, until the directory can be read again. */
  podsUnreadable(directory: string, error: NodeJS.ErrnoException): void;
  podsReadable(directory: string, pods: number): void;
  /** There are more than are told apart. */
  podsTooMany(directory: string, pods: number): void;
};

/**
 * Knows the pods of a node by the directories of their logs. To look costs one call of the system
 * as long as none comes or goes, for that changes the time of the directory they are in.
 */
export class PodWatch {
  readonly #directory: string;
  readonly #events: PodWatchEvents;
  readonly #podsMax: number;
  /** By the names of directories. */
  #uids = new Map<string, string>();
  #modifiedAt: bigint | undefined;
  #isUnreadable = false;
  #hasTooMany = false;
  #isFirst = true;

  constructor(directory: string, events: PodWatchEvents, most = podsMax) {
    this.#directory = directory;
    this.#events = events;
    this.#podsMax = most;
  }

  /** What has changed since the last look; undefined when nothing has. `now` in microseconds. */
  look(now: number): PodChanges | undefined {
    try {
      const { mtimeNs } = statSync(this.#directory, { bigint: true });
      if (mtimeNs === this.#modifiedAt) return undefined;
      const changes = this.#compare(readdirSync(this.#directory), now);
      const age = BigInt(now) * NANOS_PER_MICRO - mtimeNs;
      const isRecent = age < CLOCK_TICK_NANOS && age > -CLOCK_TICK_NANOS;
      this.#modifiedAt = isRecent ? undefined : mtimeNs;
      return changes;
    } catch (error) {
      this.#modifiedAt = undefined;
      if (!this.#isUnreadable) {
        this.#events.podsUnreadable(this.#directory, error as NodeJS.ErrnoException);
      }
      this.#isUnreadable = true;
      // Whether they are gone nobody knows.
      return undefined;
    }
  }

  #compare(names: readonly string[], now: number): PodChanges | undefined {
    const uids = new Map<string, string>();
    const appeared: KnownPod[] = [];
    let pods = 0;
    for (const name of names) {
      const known = this.#uids.get(name);
      const pod = known === undefined ? readPodDirectory(name) : undefined;
      const from = pod === undefined ? undefined : this.#createdAt(name);
      if (known === undefined && from === undefined) continue;
      if (++pods > this.#podsMax) continue;
      uids.set(name, known ?? pod!.uid);
      if (pod !== undefined && from !== undefined) appeared.push({ ...pod, from });
    }
    this.#tell(pods);
    const gone = [...this.#uids].filter(([name]) => !uids.has(name)).map(([, uid]) => uid);
    const isComplete = this.#isFirst;
    this.#uids = uids;
    this.#isFirst = false;
    if (appeared.length === 0 && gone.length === 0 && !isComplete) return undefined;
    return { appeared, gone, isComplete, time: now };
  }

  #tell(pods: number): void {
    if (this.#isFirst || this.#isUnreadable) this.#events.podsReadable(this.#directory, pods);
    this.#isUnreadable = false;
    if (pods > this.#podsMax && !this.#hasTooMany) this.#events.podsTooMany(this.#directory, pods);
    this.#hasTooMany = pods > this.#podsMax;
  }

  /** kubelet makes the directory before the pod's network. Microseconds since the epoch. */
  #createdAt(name: string): number | undefined {
    const path = join(this.#directory, name);
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    if (stats?.isDirectory() !== true) return undefined;
    return Number(oldest(stats) / NANOS_PER_MICRO);
  }
}

/** Not every file system knows the time of birth, and gives another in its stead. */
function oldest({ birthtimeNs, ctimeNs, mtimeNs }: BigIntStats): bigint {
  const times = [birthtimeNs, ctimeNs, mtimeNs].filter((time) => time > 0n);
  return times.reduce((least, time) => (time < least ? time : least), ctimeNs);
}
