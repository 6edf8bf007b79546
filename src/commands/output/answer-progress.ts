import type { Content, ContentDamaged } from "../../follow/content.ts";
import type { Progress } from "../../pipeline/batch-counter.ts";
import type { Copy, ImportEvents, ImportResult } from "../../pipeline/importer.ts";
import { FileBar, type Terminal } from "./file-bar.ts";
import { printable } from "../../model/printable.ts";
import { countOf } from "../../query/output/wording.ts";

/** Says on standard error what an answer from logs lacks; a bar on a terminal, else nothing. */
export class AnswerProgress implements ImportEvents {
  readonly #context: Terminal;
  readonly #bar: FileBar;

  constructor(context: Terminal, counted: Progress) {
    this.#context = context;
    this.#bar = new FileBar(context, counted);
  }

  async fileStarted(content: Content): Promise<void> {
    await this.#bar.start(content);
  }

  fileAdvanced(content: Content): void {
    this.#bar.advance(content);
  }

  fileFinished({ path }: Content, result: ImportResult): void {
    this.stop();
    const { lines, rejected, resumedAt, unfinished } = result;
    const parts: string[] = [];
    if (lines === 0 && resumedAt > 0) {
      parts.push("all of its lines were counted before, under this or another name");
    }
    if (rejected > 0) {
      parts.push(`${countOf(rejected, "line")} rejected (denyscope parse tells why)`);
    }
    if (unfinished > 0) parts.push("its last line is not finished and is not counted");
    if (parts.length > 0) this.#say(`${path}: ${parts.join("; ")}`);
  }

  fileRefused({ message }: Error): void {
    this.#say(message);
  }

  copyRefused({ path, of, because }: Copy): void {
    const reason =
      because === "shorter"
        ? `it is a shorter copy of "${of}", which is counted`
        : `its first denials were counted from "${of}"`;
    this.#say(`Cannot count "${path}": ${reason}; name one of the two`);
  }

  fileDamaged({ message }: ContentDamaged, countedBytes: number): void {
    this.stop();
    const counted =
      countedBytes === 0
        ? "nothing of it is counted"
        : `its first ${countedBytes} decompressed bytes are counted`;
    this.#say(`${message}; ${counted}, name a sound copy`);
  }

  stop(): void {
    this.#bar.stop();
  }

  #say(message: string): void {
    this.#context.stderr.write(`${printable(message)}\n`);
  }
}
