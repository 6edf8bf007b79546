import type { Content, ContentDamaged } from "../../follow/content.ts";
import type { Progress } from "../../pipeline/batch-counter.ts";
import type { Copy, ImportEvents, ImportResult } from "../../pipeline/importer.ts";
import type { CommandContext } from "../context.ts";
import { FileBar } from "./file-bar.ts";
import { printable } from "../../model/printable.ts";
import { countOf } from "../../query/output/wording.ts";

/** Says on standard error how an import goes: a bar on a terminal, a line for each file anyway. */
export class ImportProgress implements ImportEvents {
  readonly #context: CommandContext;
  readonly #counted: Progress;
  readonly #startedAt: number;
  readonly #bar: FileBar;

  constructor(context: CommandContext, counted: Progress) {
    this.#context = context;
    this.#counted = counted;
    this.#startedAt = context.now();
    this.#bar = new FileBar(context, counted);
  }

  async fileStarted(content: Content): Promise<void> {
    if (content.kind === "stdin") {
      this.#say("Standard input has no identity: its lines count each time");
    }
    await this.#bar.start(content);
  }

  fileAdvanced(content: Content): void {
    this.#bar.advance(content);
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
    this.#say(`${path}: ${parts.join("; ")}`);
  }

  fileRefused({ message }: Error): void {
    this.#say(message);
  }

  copyRefused({ path, of, because }: Copy): void {
    this.#say(
      because === "shorter"
        ? `Cannot import "${path}": it is a shorter copy of "${of}", which is counted further; ` +
            "use --again to count it again"
        : `Cannot import "${path}": its first denials were counted from "${of}"; ` +
            "use --again to count them again",
    );
  }

  fileDamaged({ message }: ContentDamaged, countedBytes: number): void {
    this.stop();
    this.#say(
      countedBytes === 0
        ? `${message}; nothing could be counted, import a sound copy under the same name`
        : `${message}; its first ${countedBytes} decompressed bytes are counted, ` +
            "import a sound copy to go on from there",
    );
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
    this.#say(`Imported into ${database}: ${parts.join(", ")}`);
  }

  stop(): void {
    this.#bar.stop();
  }

  #say(message: string): void {
    this.#context.stderr.write(`${printable(message)}\n`);
  }
}
