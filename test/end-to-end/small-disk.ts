import { execFileSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, join } from "node:path";
import { onTestFinished } from "vitest";
import { loopOf, untilReleased } from "./loop-device.ts";

export type DiskShape = {
  /** Files that it can hold; mkfs decides where this is left out. */
  readonly inodes?: number;
};

/** A file system of 8 MiB in a file, mounted beside it. */
export class SmallDisk implements Disposable {
  readonly path: string;
  readonly #image: string;
  #isMounted = false;

  constructor(folder: string, { inodes }: DiskShape = {}) {
    this.#image = join(folder, "disk.img");
    this.path = join(folder, "disk");
    writeFileSync(this.#image, "");
    truncateSync(this.#image, 8 * 1024 * 1024);
    const count = inodes === undefined ? [] : ["-N", String(inodes)];
    execFileSync("mkfs.ext4", ["-q", "-O", "^has_journal", "-m", "0", ...count, this.#image]);
    mkdirSync(this.path);
    this.mount();
    // A test that times out never comes to dispose of it.
    onTestFinished(() => this[Symbol.dispose]());
  }

  mount(): void {
    execFileSync("mount", ["-o", "loop,errors=remount-ro", this.#image, this.path]);
    this.#isMounted = true;
  }

  /** Writes until nothing fits any more. */
  fill(): void {
    const fd = openSync(join(this.path, "filler"), "a");
    const sizes = [256 * 1024, 4096, 1];
    for (const size of sizes) {
      try {
        while (writeSync(fd, Buffer.alloc(size)) === size);
      } catch {
        // ENOSPC: smaller pieces may still fit.
      }
    }
    closeSync(fd);
  }

  /** Makes files until no more can be made. */
  fillInodes(): void {
    try {
      for (let n = 0; ; n++) writeFileSync(join(this.path, `filler-${n}`), "");
    } catch {
      // ENOSPC: there is no inode left.
    }
  }

  free(): void {
    for (const name of readdirSync(this.path)) {
      if (name.startsWith("filler")) rmSync(join(this.path, name));
    }
  }

  /** An error of the file system itself, after which the kernel lets nobody write to it. */
  failReadOnly(): void {
    writeFileSync(`/sys/fs/ext4/${basename(loopOf(this.#image))}/trigger_fs_error`, "1");
  }

  async unmount(): Promise<void> {
    execFileSync("umount", [this.path]);
    this.#isMounted = false;
    await untilReleased(this.#image);
  }

  [Symbol.dispose](): void {
    if (this.#isMounted) execFileSync("umount", ["--lazy", this.path]);
    this.#isMounted = false;
  }
}
