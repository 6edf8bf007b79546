import { execFile } from "node:child_process";
import { closeSync, openSync, readdirSync, readlinkSync, readSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { statsOf } from "./facts/stats-of.ts";
import type { FileSeen, Machine, Ran } from "./machine.ts";

/** Of a longer file only so much is looked at. */
const FILE_BYTES_MAX = 4 * 1024 * 1024;
const PROGRAM_MS_MAX = 10_000;
/** A node with many services has that much of rules. */
const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;
/** Whoever is no administrator does not have all of these in the path. */
const PROGRAM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The node that this process runs on, or whose root is mounted at a folder. */
export class LocalMachine implements Machine {
  readonly now: () => number;
  readonly #root: string;

  /** `now` gives microseconds since the epoch. */
  constructor(root: string, now: () => number) {
    this.#root = root;
    this.now = now;
  }

  path(file: string): string {
    return join(this.#root, file);
  }

  onNode(path: string): string {
    const name = relative(this.#root, path);
    return name.startsWith("..") ? path : join("/", name);
  }

  read(file: string): FileSeen {
    try {
      return { state: "read", text: textOf(this.path(file)) };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ENOTDIR") return { state: "missing" };
      return { state: "unreadable", because: message };
    }
  }

  list(folder: string): readonly string[] {
    try {
      return readdirSync(this.path(folder)).toSorted();
    } catch {
      return [];
    }
  }

  isFile(file: string): boolean {
    return statsOf(this.path(file))?.isFile() === true;
  }

  link(file: string): string | undefined {
    try {
      return readlinkSync(this.path(file));
    } catch {
      return undefined;
    }
  }

  async run(program: string, parameters: readonly string[]): Promise<Ran> {
    const isHere = this.path("/") === "/";
    const command = isHere ? program : "chroot";
    const all = isHere ? parameters : [this.#root, program, ...parameters];
    try {
      const { stdout } = await promisify(execFile)(command, all, {
        timeout: PROGRAM_MS_MAX,
        maxBuffer: OUTPUT_BYTES_MAX,
        env: { PATH: PROGRAM_PATH, LC_ALL: "C" },
      });
      return { state: "done", output: stdout };
    } catch (error) {
      return failure(error as Failure);
    }
  }
}

type Failure = NodeJS.ErrnoException & { readonly stderr?: string; readonly killed?: boolean };

/** What chroot(1) exits with where the program is not there. */
const CHROOT_NOT_FOUND = 127;

function failure({ code, stderr = "", message, killed }: Failure): Ran {
  if (code === "ENOENT" || Number(code) === CHROOT_NOT_FOUND) return { state: "missing" };
  const said = stderr.trim().split("\n").join("; ");
  if (/permission denied|not permitted|must be root/i.test(said)) {
    return { state: "denied", because: said };
  }
  if (killed === true) return { state: "failed", because: `no end within ${PROGRAM_MS_MAX} ms` };
  return { state: "failed", because: said === "" ? message : said };
}

/** Files of /proc say that they are empty, so they are read to their end. */
function textOf(path: string): string {
  // To open a pipe is to wait for somebody who writes to it.
  if (!statSync(path).isFile()) throw new Error(`"${path}" is no regular file`);
  const fd = openSync(path, "r");
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    while (length < FILE_BYTES_MAX) {
      const chunk = Buffer.allocUnsafe(64 * 1024);
      const bytesRead = readSync(fd, chunk);
      if (bytesRead === 0) break;
      chunks.push(chunk.subarray(0, bytesRead));
      length += bytesRead;
    }
    return Buffer.concat(chunks).toString("utf8");
  } finally {
    closeSync(fd);
  }
}
