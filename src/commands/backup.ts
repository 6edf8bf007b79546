import { createReadStream, mkdtempDisposableSync } from "node:fs";
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
  using folder = mkdtempDisposableSync(join(context.temporaryFolder, "denyscope-backup-"));
  const copy = join(folder.path, "denyscope.db");
  await backUp(db, copy, options);
  await pipeline(createReadStream(copy), context.stdout, { end: false });
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
