import type { SingleBar } from "cli-progress";
import type { Content } from "../../follow/content.ts";
import type { ImportEvents, ImportResult } from "../../pipeline/importer.ts";
import type { Progress } from "../../pipeline/batch-counter.ts";
import type { CommandContext } from "../context.ts";
import { printable } from "./printable.ts";
import { count, countOf } from "./wording.ts";

/** Says on standard error how an import goes: a bar on a terminal, a line for each file anyway. */
export class ImportProgress implements ImportEvents {
  readonly #context: CommandContext;
  readonly #counted: Progress;
  readonly #startedAt: number;
  #bar: SingleBar | undefined;

  constructor(context: CommandContext, counted: Progress) {
    this.#context = context;
    this.#counted = counted;
    this.#startedAt = context.now();
  }

  async fileStarted({ path, diskBytes }: Content): Promise<void> {
    if (!this.#context.stderrIsTerminal || diskBytes === 0) return;
    const { SingleBar } = await import("cli-progress");
    this.#bar = new SingleBar({
      stream: this.#context.stderr,
      format: `{bar} {percentage}%  ${printable(path).replaceAll(/[{}]/g, "")}  {denials} denials`,
      barCompleteChar: "█",
      barIncompleteChar: "░",
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
    });
    this.#bar.start(diskBytes, 0, { denials: "0" });
  }

  fileAdvanced({ diskBytesRead }: Content): void {
    this.#bar?.update(diskBytesRead, { denials: count(this.#counted.denials) });
  }

  fileFinished({ path }: Content, result: ImportResult): void {
    this.stop();
    const { lines, denials, rejected, resumedAt, unfinished } = result;
    const parts =
      lines === 0
        ? [resumedAt > 0 ? "nothing new, all of it is counted" : "no lines"]
        : [`${countOf(lines, resumedAt > 0 ? "new line" : "line")}, ${countOf(denials, "denial")}`];
    if (rejected > 0) parts.push(`${countOf(rejected, "line")} rejected (see status -o wide)`);
    if (unfinished > 0) parts.push("its last line is not finished and waits for its line end");
    this.noticed(`${path}: ${parts.join("; ")}`);
  }

  /** `files` is how many were read without trouble; a command that failed altogether said why. */
  summarise(files: number, database: string): void {
    if (files === 0 && this.#counted.lines === 0) return;
    const { lines, denials } = this.#counted;
    const seconds = (this.#context.now() - this.#startedAt) / 1_000_000;
    const parts = [
      countOf(files, "file"),
      countOf(lines, "new line"),
      countOf(denials, "denial"),
      `${seconds.toFixed(1)} s`,
    ];
    this.noticed(`Imported into ${database}: ${parts.join(", ")}`);
  }

  noticed(message: string): void {
    this.#context.stderr.write(`${printable(message)}\n`);
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}
