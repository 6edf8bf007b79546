import { lstatSync, readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import type { KnownPod, PodChanges } from "../model/known-pod.ts";
import { MICROS_PER_MS } from "../model/time-unit.ts";
import { isPodDirectory, readPodDirectory } from "./pod-directory.ts";

/** Pods of a node that are told apart; kubelet runs 110 if nobody says otherwise. */
const podsMax = 20_000;
/** New ones in a look, for each costs a call of the system and memory of two threads. */
const newPodsPerLookMax = 500;
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
  /** By the names of directories, with the number of the reading that saw them last. */
  readonly #pods = new Map<string, { readonly uid: string; reading: number }>();
  /** Names that were not looked at closely yet. */
  #new: string[] = [];
  #readings = 0;
  #modifiedAt: bigint | undefined;
  /** As it was told last. */
  #isReadable: boolean | undefined;
  #hasTooMany = false;

  constructor(directory: string, events: PodWatchEvents, most = podsMax) {
    this.#directory = directory;
    this.#events = events;
    this.#podsMax = most;
  }

  /**
   * What has changed since the last look; undefined when nothing has. Of many new pods it gives
   * some, and the next look the others. `now` is microseconds since the epoch.
   */
  look(now: number): PodChanges | undefined {
    try {
      const { mtimeNs } = statSync(this.#directory, { bigint: true });
      const isChanged = mtimeNs !== this.#modifiedAt;
      if (!isChanged && this.#new.length === 0) return undefined;
      const age = BigInt(now) * NANOS_PER_MICRO - mtimeNs;
      const isRecent = age < CLOCK_TICK_NANOS && age > -CLOCK_TICK_NANOS;
      const gone = isChanged ? this.#read() : [];
      this.#modifiedAt = isRecent ? undefined : mtimeNs;
      const isComplete = isChanged && this.#readings === 1;
      const appeared = this.#lookAtNew();
      this.#tell();
      const isNothing = appeared.length === 0 && gone.length === 0 && !isComplete;
      return isNothing ? undefined : { appeared, gone, isComplete, time: now };
    } catch (error) {
      this.#modifiedAt = undefined;
      if (this.#isReadable !== false) {
        this.#events.podsUnreadable(this.#directory, error as NodeJS.ErrnoException);
      }
      this.#isReadable = false;
      // Whether they are gone nobody knows.
      return undefined;
    }
  }

  /** Which directories there are. Gives the UIDs of pods that are gone. */
  #read(): string[] {
    const names = readdirSync(this.#directory);
    const reading = ++this.#readings;
    this.#new = [];
    for (const name of names) {
      const known = this.#pods.get(name);
      if (known !== undefined) known.reading = reading;
      else if (isPodDirectory(name)) this.#new.push(name);
    }
    const gone: string[] = [];
    for (const [name, pod] of this.#pods) {
      if (pod.reading === reading) continue;
      gone.push(pod.uid);
      this.#pods.delete(name);
    }
    return gone;
  }

  #lookAtNew(): KnownPod[] {
    const appeared: KnownPod[] = [];
    const room = this.#podsMax - this.#pods.size;
    for (const name of this.#new.splice(0, Math.min(room, newPodsPerLookMax))) {
      const pod = readPodDirectory(name);
      const from = this.#createdAt(name);
      if (pod === undefined || from === undefined) continue;
      this.#pods.set(name, { uid: pod.uid, reading: this.#readings });
      appeared.push({ ...pod, from });
    }
    return appeared;
  }

  #tell(): void {
    const pods = this.#pods.size + this.#new.length;
    if (this.#isReadable !== true) this.#events.podsReadable(this.#directory, pods);
    this.#isReadable = true;
    if (pods > this.#podsMax && !this.#hasTooMany) this.#events.podsTooMany(this.#directory, pods);
    this.#hasTooMany = pods > this.#podsMax;
  }

  /** kubelet makes the directory before the pod's network. Microseconds since the epoch. */
  #createdAt(name: string): number | undefined {
    const path = join(this.#directory, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats?.isDirectory() === true ? Math.floor(oldest(stats) * MICROS_PER_MS) : undefined;
  }
}

/** Not every file system knows the time of birth, and gives another in its stead. */
function oldest({ birthtimeMs, ctimeMs, mtimeMs }: Stats): number {
  const latest = Math.min(ctimeMs, mtimeMs);
  return birthtimeMs > 0 ? Math.min(birthtimeMs, latest) : latest;
}
