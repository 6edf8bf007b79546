import type { Settings } from "../config/settings.ts";
import type { Progress } from "../pipeline/batch-counter.ts";
import { type ImportEvents, Importer, Interrupted } from "../pipeline/importer.ts";
import { podsNow } from "../pipeline/pods-now.ts";
import { Pipeline } from "../pipeline.ts";
import type { StoreWriter } from "../store/store-writer.ts";
import type { CommandContext } from "./context.ts";
import { AnswerProgress } from "./output/answer-progress.ts";
import { tellPods } from "./output/tell-pods.ts";

const BATCH_BYTES = 1024 * 1024;

export type LogsCounted = {
  /** Files that could not be read, or not wholly. */
  readonly failures: number;
  /** A file was read, or at least a line of one. */
  readonly hasRead: boolean;
};

/** Who is told how far the counting is. */
export type ProgressOf = (counted: Progress) => ImportEvents & { stop(): void };

/** Counts the lines of logs and archives, each once, in one transaction for one answer. */
export async function countLogs(
  { stdin, signal, now, ...context }: CommandContext,
  { settings, keepsLines }: { readonly settings: Settings; readonly keepsLines: boolean },
  writer: StoreWriter,
  files: readonly string[],
  progressOf: ProgressOf = (counted) => new AnswerProgress(context, counted),
): Promise<LogsCounted> {
  const pipeline = new Pipeline(
    {
      ...settings,
      batchBytes: BATCH_BYTES,
      // After a crash nobody goes on from here.
      commitBytes: Number.POSITIVE_INFINITY,
      forgetsText: !keepsLines,
    },
    writer,
  );
  const { stderr } = context;
  const pods = podsNow(settings.pods, now(), (reason) => tellPods(stderr, settings.pods, reason));
  for (const some of pods) pipeline.changePods(some);
  const progress = progressOf(pipeline.progress);
  const options = { stdin, signal, now, countsAgain: false };
  const importer = new Importer(pipeline, writer, progress, options);
  try {
    for (const file of files) await importer.import(file);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Error("Stopped: there is no answer, for not all of the logs were read");
  } finally {
    progress.stop();
  }
  await pipeline.finish();
  const { failures } = importer;
  return { failures, hasRead: failures < files.length || pipeline.progress.lines > 0 };
}
