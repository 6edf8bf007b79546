import { PROGRAM_NONE } from "../header/program.ts";

const HOST_BYTES_MAX = 255;

/**
 * What the lines before MESSAGE= said, of one record of `journalctl -o export`. An empty line ends
 * a record, and so does the first field of the next.
 */
export class ExportState {
  /** Whether a record was begun and not yet ended. */
  isOpen = false;
  /** Microseconds since the epoch; below zero when no line has said it. */
  realtime = -1;
  /** Microseconds since boot, as printk stamped the message. */
  monotonic = -1;
  program = PROGRAM_NONE;
  transport: "kernel" | "process" | "unknown" = "unknown";
  /** Whether the line before was `MESSAGE` alone: eight bytes of length and the text follow. */
  isBinaryNext = false;
  /** The host's name is copied, for its line may be gone when it is needed. */
  readonly host = new Uint8Array(HOST_BYTES_MAX);
  hostLength = 0;

  clear(): void {
    this.isOpen = false;
    this.realtime = -1;
    this.monotonic = -1;
    this.program = PROGRAM_NONE;
    this.transport = "unknown";
    this.isBinaryNext = false;
    this.hostLength = 0;
  }

  setHost(bytes: Uint8Array, start: number, end: number): void {
    this.hostLength = Math.min(end - start, HOST_BYTES_MAX);
    for (let i = 0; i < this.hostLength; i++) this.host[i] = bytes[start + i]!;
  }
}
