import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { numberedLine, numberedLines, numberOf } from "../numbered-lines.ts";
import { archive, contentOf, numbersIn } from "./log-content.ts";
import type { Setup } from "./sequence.ts";

/** A writer that comes later than this part of the wait is told of the rotation first. */
const LATE_SHARE_MAX = 0.5;
const COMMON_HEAD = "2026-11-22T12:00:00.000000+00:00 worker init: the same in all\n".repeat(18);
const DATEEXT_SECONDS = Date.UTC(2026, 10, 22) / 1000;

/** What is gone from the folder: lines, bytes, and since when nobody has written to the file. */
export type Destroyed = {
  readonly numbers: readonly number[];
  readonly bytes: number;
  /** Milliseconds since the epoch; undefined when it happened to a log that is written to. */
  readonly quietSince?: number;
};

type Rotated = {
  name: string;
  isArchive: boolean;
  quietSince: number;
  /** Whether the agent had seen the log when it was rotated: it begins with what it finds first. */
  readonly wasKnown: boolean;
};

/** A log with its writer and its logrotate, on real files. */
export class RotatedLog {
  readonly path: string;
  readonly written: number[] = [];
  /** Lines that were begun and are never finished. */
  readonly unfinished: number[] = [];
  onDestroyed: (what: Destroyed) => void = () => undefined;
  /** Whether the agent has seen this log. */
  isKnown: () => boolean = () => true;
  readonly #folder: string;
  readonly #setup: Setup;
  readonly #rotateWaitMs: number;
  #fd: number;
  /** The rest of a line that was begun. */
  #pending = "";
  /** The file that the writer goes on writing to. */
  #late: Rotated | undefined;
  /** Newest first. */
  #rotated: Rotated[] = [];
  #rotations = 0;

  constructor(folder: string, setup: Setup, rotateWaitMs: number) {
    this.#folder = folder;
    this.path = join(folder, "syslog");
    this.#setup = setup;
    this.#rotateWaitMs = rotateWaitMs;
    this.#fd = this.#begin();
  }

  get makesArchives(): boolean {
    return this.#setup.compress !== "plain";
  }

  async write(count: number): Promise<void> {
    await this.#beInTime();
    this.#put(this.#pending + this.#lines(count));
    this.#pending = "";
  }

  /** Begins a line: so many percent of it. */
  async half(percent: number): Promise<void> {
    await this.write(0);
    const line = this.#lines(1);
    const length = Math.max(1, Math.floor(((line.length - 1) * percent) / 100));
    this.#put(line.slice(0, length));
    this.#pending = line.slice(length);
  }

  async rotate(): Promise<void> {
    await this.hup();
    const rotated = await this.#makeRoom();
    renameSync(this.path, this.#at(rotated.name));
    this.#late = rotated;
    this.#deleteOldest();
    if (this.#setup.create === "create") writeFileSync(this.path, "");
  }

  /** Tells the writer of the rotation. A line that it has begun is never finished. */
  async hup(): Promise<void> {
    const rotated = this.#late;
    if (rotated === undefined) return;
    this.#late = undefined;
    this.#reopen();
    if (this.#setup.compress === "compress") await this.#archive(rotated);
  }

  async copytruncate(between: number): Promise<void> {
    await this.hup();
    const rotated = await this.#makeRoom();
    copyFileSync(this.path, this.#at(rotated.name));
    if (between > 0) {
      const lines = this.#pending + this.#lines(between);
      this.#put(lines);
      this.#pending = "";
      this.onDestroyed({ numbers: numbersIn(lines), bytes: lines.length });
    }
    truncateSync(this.path, 0);
    this.onDestroyed({ numbers: [], bytes: 0 });
    this.#deleteOldest();
    if (this.#setup.compress === "compress") await this.#archive(rotated);
  }

  async truncate(): Promise<void> {
    await this.hup();
    this.#destroyLog();
    truncateSync(this.path, 0);
  }

  /** As `cp other log`: longer than before when the agent looks again. */
  async regrow(more: number): Promise<void> {
    await this.hup();
    const size = this.#destroyLog();
    writeFileSync(this.path, this.#content(size, more));
  }

  /** Writes other lines over those that are there. */
  async overwrite(length: "shorter" | "longer"): Promise<void> {
    await this.hup();
    const size = this.#destroyLog();
    const content = length === "longer" ? this.#content(size, 2) : this.#content(size / 2, 0);
    const fd = openSync(this.path, "r+");
    writeSync(fd, content);
    ftruncateSync(fd, content.length);
    closeSync(fd);
  }

  async recreate(count: number): Promise<void> {
    await this.hup();
    this.#destroyLog();
    // An inode that is open is not given to another file.
    closeSync(this.#fd);
    rmSync(this.path);
    this.#fd = this.#begin();
    this.#pending = "";
    this.#put(this.#lines(count));
  }

  async copy(): Promise<void> {
    await this.hup();
    copyFileSync(this.path, this.#at("copy"));
    this.onDestroyed({ numbers: [], bytes: 0 });
    const pending = this.#pending;
    this.#pending = "";
    renameSync(this.#at("copy"), this.path);
    this.#reopen();
    this.#pending = pending;
  }

  async replace(count: number): Promise<void> {
    await this.hup();
    this.#destroyLog();
    writeFileSync(this.#at("copy"), this.#head() + this.#lines(count));
    renameSync(this.#at("copy"), this.path);
    this.#reopen();
  }

  /**
   * The numbers of the lines that are in the files now and have to be counted. Of a file that
   * nobody writes to any more the last line counts without its end.
   */
  present(unfinished: "with" | "without"): ReadonlyMap<number, string> {
    const found = new Map<number, string>();
    const current = { name: "syslog", wasKnown: true };
    for (const file of [...this.#rotated, current]) {
      const { name } = file;
      if (!file.wasKnown || !existsSync(this.#at(name))) continue;
      const lines = contentOf(this.#at(name)).split("\n");
      const isWritten = file === current || file === this.#late;
      if (isWritten || unfinished === "without") lines.pop();
      for (const line of lines) {
        const number = numberOf(line);
        if (number !== undefined) found.set(number, name);
      }
    }
    return found;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #at(name: string): string {
    return join(this.#folder, name);
  }

  #head(): string {
    return this.#setup.head === "same-head" ? COMMON_HEAD : "";
  }

  #begin(): number {
    const fd = openSync(this.path, "a");
    if (fstatSync(fd).size === 0) writeSync(fd, this.#head());
    return fd;
  }

  #reopen(): void {
    closeSync(this.#fd);
    this.#fd = this.#begin();
    if (this.#pending !== "") this.unfinished.push(this.written.at(-1)!);
    this.#pending = "";
  }

  #put(text: string): void {
    writeSync(this.#fd, text);
    if (this.#late !== undefined) this.#late.quietSince = Date.now();
  }

  #lines(count: number): string {
    const from = this.written.length;
    for (let n = from; n < from + count; n++) this.written.push(n);
    return numberedLines(from, count);
  }

  /** Longer than so many bytes, by so many lines. */
  #content(bytes: number, more: number): string {
    const enough = Math.floor(bytes / numberedLine(0).length);
    return this.#head() + this.#lines(enough + more);
  }

  /** What is written to a file that was quiet too long after its rotation need not be read. */
  async #beInTime(): Promise<void> {
    const late = this.#late;
    if (late === undefined) return;
    if (Date.now() - late.quietSince > LATE_SHARE_MAX * this.#rotateWaitMs) await this.hup();
  }

  /** Gives the next rotated file a name that is free. */
  async #makeRoom(): Promise<Rotated> {
    const [last] = this.#rotated;
    if (this.#setup.compress === "delaycompress" && last !== undefined) await this.#archive(last);
    const isNumeric = this.#setup.naming === "numeric";
    if (isNumeric) this.#shift();
    const name = isNumeric ? "syslog.1" : `syslog-20261122-${DATEEXT_SECONDS + ++this.#rotations}`;
    const wasKnown = this.isKnown();
    const rotated = { name, isArchive: false, quietSince: Date.now(), wasKnown };
    this.#rotated.unshift(rotated);
    return rotated;
  }

  /** Each numbered file gets the next number. */
  #shift(): void {
    for (const [index, rotated] of [...this.#rotated.entries()].toReversed()) {
      const ending = rotated.isArchive ? `.${this.#setup.archive}` : "";
      const name = `syslog.${index + 2}${ending}`;
      renameSync(this.#at(rotated.name), this.#at(name));
      rotated.name = name;
    }
  }

  async #archive(rotated: Rotated): Promise<void> {
    if (rotated.isArchive) return;
    await archive(this.#at(rotated.name), this.#setup.archive);
    rotated.name += `.${this.#setup.archive}`;
    rotated.isArchive = true;
  }

  #deleteOldest(): void {
    const keep = Number(this.#setup.keep.slice("keep-".length));
    for (const { name, quietSince, wasKnown } of this.#rotated.splice(keep)) {
      const content = contentOf(this.#at(name));
      rmSync(this.#at(name));
      if (!wasKnown) continue;
      this.onDestroyed({ numbers: numbersIn(content), bytes: content.length, quietSince });
    }
  }

  /** Gives its bytes. */
  #destroyLog(): number {
    const content = contentOf(this.path);
    this.onDestroyed({ numbers: numbersIn(content), bytes: content.length });
    return content.length;
  }
}
