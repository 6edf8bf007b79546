import { mkdtempDisposableSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Command } from "commander";
import { type BackupOptions, backUp } from "../store/backup.ts";
import type { CommandContext } from "./context.ts";
import { printable } from "../model/printable.ts";
import { byteSize } from "../query/output/wording.ts";
import { addSettingOptions, settingsOf } from "./setting-options.ts";

const STDOUT = "-";

type Flags = { readonly force?: boolean };

export function backupCommand(context: CommandContext): Command {
  const command = new Command("backup")
    .description("copy the database as it is now, also while an agent writes; - is standard output")
    .argument("<file>", "where to, readable by its owner alone")
    .option("--force", "replace the file if it is there");
  return addSettingOptions(command, ["db"]).action(async (file: string, flags: Flags) => {
    const { db } = await settingsOf(context, flags);
    const line = new ProgressLine(context);
    const options = { replaces: flags.force === true, onProgress: line.show };
    try {
      if (file === STDOUT) await streamBackup(context, db, options);
      else await backUp(db, file, options);
    } finally {
      line.clear();
    }
    if (file !== STDOUT) context.stderr.write(`Copied ${printable(db)} to ${printable(file)}\n`);
  });
}

/** A copy must be complete before its first byte is known. */
async function streamBackup(
  context: CommandContext,
  db: string,
  options: BackupOptions,
): Promise<void> {
  if (context.columns !== undefined) {
    throw new Error(
      "Cannot write backup to a terminal: send standard output to a file or a program",
    );
  }
  await using copy = await namelessCopy(context, db, options);
  await pipeline(copy.createReadStream(), context.stdout, { end: false });
}

/** It has no name any more: it is gone with this process, however that ends. */
async function namelessCopy(
  { temporaryFolder }: CommandContext,
  db: string,
  options: BackupOptions,
): Promise<FileHandle> {
  using folder = mkdtempDisposableSync(join(temporaryFolder, "denyscope-backup-"));
  const copy = join(folder.path, "denyscope.db");
  await backUp(db, copy, options);
  return await open(copy);
}

/** How far it is, for a person who waits. */
class ProgressLine {
  readonly #context: CommandContext;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  readonly show = (bytes: number, bytesMax: number): void => {
    this.#write(`${byteSize(bytes)} of at most ${byteSize(bytesMax)} copied`);
  };

  clear(): void {
    this.#write("");
  }

  #write(text: string): void {
    const { stderr, stderrIsTerminal } = this.#context;
    if (stderrIsTerminal) stderr.write(`\r\u001b[K${text}`);
  }
}
