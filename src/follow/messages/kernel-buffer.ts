import { closeSync, constants, openSync, readSync } from "node:fs";
import { type KmsgRecord, readKmsgRecord } from "./kmsg-record.ts";

/** The kernel gives at most 8 KiB (CONSOLE_EXT_LOG_MAX, PRINTK_MESSAGE_MAX). */
const RECORD_BYTES_MAX = 16 * 1024;

/** /dev/kmsg: each read gives one record, and fails where there is none. */
export class KernelBuffer implements Disposable {
  readonly #fd: number;
  readonly #bytes = Buffer.allocUnsafeSlow(RECORD_BYTES_MAX);

  /** @throws Error with a code, where the device is not there or not permitted. */
  constructor(path: string) {
    this.#fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  }

  /**
   * The next record, valid until the one after it is read; undefined when there is none yet. One
   * that was overwritten before it was read shows in the sequence number of the next.
   */
  read(): KmsgRecord | undefined {
    while (true) {
      try {
        const length = readSync(this.#fd, this.#bytes, 0, RECORD_BYTES_MAX, null);
        if (length === 0) return undefined;
        const record = readKmsgRecord(this.#bytes.subarray(0, length));
        if (record !== undefined) return record;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EAGAIN") return undefined;
        if (code !== "EPIPE") throw error;
      }
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
