import { execFileSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A file system of 8 MiB in a file, mounted beside it. */
export class SmallDisk implements Disposable {
  readonly path: string;
  #isMounted = true;

  constructor(folder: string) {
    const image = join(folder, "disk.img");
    this.path = join(folder, "disk");
    writeFileSync(image, "");
    truncateSync(image, 8 * 1024 * 1024);
    execFileSync("mkfs.ext4", ["-q", "-O", "^has_journal", "-m", "0", image]);
    mkdirSync(this.path);
    execFileSync("mount", ["-o", "loop", image, this.path]);
    // A test that times out never comes to dispose of it.
    onTestFinished(() => this[Symbol.dispose]());
  }

  /** Writes until nothing fits any more. */
  fill(): void {
    const fd = openSync(join(this.path, "filler"), "w");
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

  free(): void {
    rmSync(join(this.path, "filler"));
  }

  [Symbol.dispose](): void {
    if (this.#isMounted) execFileSync("umount", ["--lazy", this.path]);
    this.#isMounted = false;
  }
}
