import { Command, InvalidArgumentError, Option } from "commander";
import { importRetention } from "../config/retention.ts";
import { type CommandContext, PartialFailure } from "./context.ts";
import { tellPods } from "./output/tell-pods.ts";
import { addSettingOptions, prefixOptions, settingsOf } from "./setting-options.ts";

/** A batch is read and counted as one; several are under way at once. */
const BATCH_BYTES_MAX = 1024 * 1024;
const BATCH_BYTES_MIN = 256 * 1024;
const COMMIT_MIB_DEFAULT = 512;
const MIB = 1024 * 1024;

type Flags = { readonly again?: boolean; readonly commitEvery: number };

export function importCommand(context: CommandContext): Command {
  const command = new Command("import")
    .description("count the lines of logs and archives (gzip, zstd); - is standard input")
    .argument("<file...>", "logs to count; each line is counted once, however often it is imported")
    .option("--again", "count files again whose denials were counted from another file")
    .addOption(
      new Option("--commit-every <MiB>", "lines that a crash may cost to read again")
        .argParser(mebibytes)
        .default(COMMIT_MIB_DEFAULT),
    );
  return addSettingOptions(command, [
    "db",
    "node",
    "timezone",
    ...prefixOptions,
    "databaseBytesMax",
    "pods",
    "podInterfaces",
  ]).action(async (files: string[], flags: Flags) => {
    await using starting = context.startWriter();
    // Loaded while the thread boots.
    const { Importer, Interrupted } = await import("../pipeline/importer.ts");
    const { Pipeline } = await import("../pipeline.ts");
    const { podsNow } = await import("../pipeline/pods-now.ts");
    const { ImportProgress } = await import("./output/import-progress.ts");
    const settings = await settingsOf(context, flags);
    await using writer = await starting.open({
      ...settings,
      path: settings.db,
      role: "import",
      retention: importRetention(settings),
      retries: false,
    });
    const commitBytes = flags.commitEvery * MIB;
    const batchBytes = Math.min(BATCH_BYTES_MAX, Math.max(BATCH_BYTES_MIN, commitBytes));
    const pipeline = new Pipeline({ ...settings, batchBytes, commitBytes }, writer);
    const pods = podsNow(settings.pods, context.now(), (reason) => {
      tellPods(context.stderr, settings.pods, reason);
    });
    for (const some of pods) pipeline.changePods(some);
    const progress = new ImportProgress(context, pipeline.progress);
    const importer = new Importer(pipeline, writer, progress, {
      stdin: context.stdin,
      signal: context.signal,
      now: context.now,
      countsAgain: flags.again === true,
    });
    try {
      for (const file of files) await importer.import(file);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      await pipeline.finish();
      throw new Error("Stopped: what was read is counted, the same command goes on from there");
    } finally {
      progress.stop();
    }
    await pipeline.finish();
    progress.summarise(files.length - importer.failures, settings.db);
    if (importer.failures > 0) throw new PartialFailure();
  });
}

function mebibytes(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("expected a positive number of MiB");
}
