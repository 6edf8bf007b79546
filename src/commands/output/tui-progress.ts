import type { Content, ContentDamaged } from "../../follow/content.ts";
import type { Progress } from "../../pipeline/batch-counter.ts";
import type { Copy, ImportEvents, ImportResult } from "../../pipeline/importer.ts";
import { countOf } from "../../query/output/wording.ts";
import type { Session } from "../../tui/session.ts";

/** To draw takes its time from the counting: a few times a second are enough to see it go on. */
const SHOWN_AGAIN_MS = 100;

/** Shows on the screen how far the counting of logs is, and what they lack. */
export class TuiProgress implements ImportEvents {
  readonly #session: Session;
  readonly #counted: Progress;
  readonly #refusals: string[];
  #shownAt = Number.NEGATIVE_INFINITY;

  /** `refusals` takes why files could not be read. */
  constructor(session: Session, counted: Progress, refusals: string[]) {
    this.#session = session;
    this.#refusals = refusals;
    this.#counted = counted;
  }

  async fileStarted(content: Content): Promise<void> {
    this.fileAdvanced(content);
    await Promise.resolve();
  }

  fileAdvanced({ path, diskBytes, diskBytesRead }: Content): void {
    const now = performance.now();
    if (now < this.#shownAt + SHOWN_AGAIN_MS) return;
    this.#shownAt = now;
    const share = diskBytes === 0 ? 0 : diskBytesRead / diskBytes;
    const { lines, denials } = this.#counted;
    this.#session.reading({ path, share, lines, denials });
  }

  fileFinished({ path }: Content, { rejected }: ImportResult): void {
    if (rejected === 0) return;
    this.#session.say(`${path}: ${countOf(rejected, "line")} rejected, 4 shows why`, true);
  }

  fileRefused({ message }: Error): void {
    this.#refusals.push(message);
    this.#session.say(message, true);
  }

  copyRefused({ path, of }: Copy): void {
    this.#session.say(`"${path}" holds what "${of}" holds: it is counted once`, true);
  }

  fileDamaged({ message }: ContentDamaged): void {
    this.#refusals.push(message);
    this.#session.say(`${message}; what could be read of it is counted`, true);
  }

  stop(): void {}
}
