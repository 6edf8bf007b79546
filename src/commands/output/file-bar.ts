import type { SingleBar } from "cli-progress";
import type { Content } from "../../follow/content.ts";
import type { Progress } from "../../pipeline/batch-counter.ts";
import type { CommandContext } from "../context.ts";
import { printable } from "../../model/printable.ts";
import { count } from "../../query/output/wording.ts";

/** Where a person may be watching. */
export type Terminal = Pick<CommandContext, "stderr" | "stderrIsTerminal">;

/** A bar on standard error for the file that is being read; on a terminal only. */
export class FileBar {
  readonly #context: Terminal;
  readonly #counted: Progress;
  #bar: SingleBar | undefined;

  constructor(context: Terminal, counted: Progress) {
    this.#context = context;
    this.#counted = counted;
  }

  async start({ path, diskBytes }: Content): Promise<void> {
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

  advance({ diskBytesRead }: Content): void {
    this.#bar?.update(diskBytesRead, { denials: count(this.#counted.denials) });
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }
}
