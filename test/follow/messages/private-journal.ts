import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const remote = "/lib/systemd/systemd-journal-remote";

/** What this machine lacks to make a journal of its own; undefined when nothing is. */
export function journalMissing(): string | undefined {
  if (!existsSync(remote)) return "The package systemd-journal-remote is not installed.";
  const { status } = spawnSync("journalctl", ["--version"], { stdio: "ignore" });
  return status === 0 ? undefined : "The program journalctl is not installed.";
}

export type WrittenEntry = {
  readonly message: string | Buffer;
  readonly transport?: string;
  readonly facility?: string | undefined;
  /** The first boot of the journal, or a later one. */
  readonly boot?: number;
};

const START = 1_772_359_200_000_000;

/** A journal in a folder, written by systemd's own program. */
export class PrivateJournal implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "denyscope-journal-"));
  #count = 0;

  readonly parameters: readonly string[] = ["--directory", this.folder];

  /** Adds entries to one of the files of the journal, a second apart. */
  write(entries: readonly WrittenEntry[], file = "a.journal"): void {
    const input = Buffer.concat(entries.map((entry) => this.#exported(entry)));
    execFileSync(remote, ["--output", join(this.folder, file), "-"], { input, stdio: "pipe" });
  }

  /** As vacuuming does. */
  remove(file: string): void {
    rmSync(join(this.folder, file));
  }

  cursors(): string[] {
    const text = execFileSync(
      "journalctl",
      [...this.parameters, "--quiet", "--output=export", "--output-fields=_BOOT_ID"],
      { encoding: "latin1", maxBuffer: 1 << 28 },
    );
    return [...text.matchAll(/^__CURSOR=(.*)$/gm)].map(([, cursor]) => cursor!);
  }

  #exported({ message, transport = "kernel", boot = 0, ...rest }: WrittenEntry): Buffer {
    const number = this.#count++;
    const facility = "facility" in rest ? rest.facility : "0";
    const text = Buffer.from(message);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    const fields = [
      `__REALTIME_TIMESTAMP=${START + number * 1_000_000}`,
      `__MONOTONIC_TIMESTAMP=${(number + 1) * 1_000_000}`,
      `_BOOT_ID=${String(boot + 1).padStart(32, "0")}`,
      `_TRANSPORT=${transport}`,
      ...(facility === undefined ? [] : [`SYSLOG_FACILITY=${facility}`]),
      "SYSLOG_IDENTIFIER=kernel",
      "_HOSTNAME=n1",
      `_SOURCE_MONOTONIC_TIMESTAMP=${(number + 1) * 1_000_000 - 5}`,
    ];
    return Buffer.concat([
      Buffer.from(`${fields.join("\n")}\nMESSAGE\n`),
      length,
      text,
      Buffer.from("\n\n"),
    ]);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
