const TXNR = 0;
const COMMAND = 1;
const LENGTH = 2;
const DATA = 3;
const TRAILER = 4;
const BROKEN = 5;

const LF = 0x0a;
const SPACE = 0x20;
const ZERO = 0x30;
const DIGITS_MAX = 9;
const COMMAND_BYTES_MAX = 32;
const DATA_BYTES_MAX = 128 * 1024;
/** Of longer data the beginning is kept: an answer and its text, or the offers of `open`. */
const KEPT_BYTES_MAX = 4096;

export interface ResponseHandler {
  /** Data is valid until the next response; `bytes` of it. */
  response(txnr: number, command: string, data: Buffer, bytes: number): void;
}

/**
 * Reads what a RELP server sends, in pieces cut anywhere:
 * `TXNR SP COMMAND SP DATALEN [SP DATA] LF`, as librelp's doc/relp.md has it. Memory is bounded
 * whatever comes, and the time is linear. Measured by bench/send-messages.ts.
 */
export class ResponseReader {
  readonly #handler: ResponseHandler;
  readonly #command = Buffer.allocUnsafeSlow(COMMAND_BYTES_MAX);
  readonly #data = Buffer.allocUnsafeSlow(KEPT_BYTES_MAX);
  #state = TXNR;
  /** Digits of the number that is being read, and its value. */
  #digits = 0;
  #number = 0;
  #txnr = 0;
  #commandBytes = 0;
  #kept = 0;
  #dataLeft = 0;

  constructor(handler: ResponseHandler) {
    this.#handler = handler;
  }

  /** False when it is not RELP that comes; then nothing more is read. */
  push(chunk: Buffer): boolean {
    for (let at = 0; at < chunk.length; ) {
      if (this.#state === DATA) at = this.#takeData(chunk, at);
      else this.#take(chunk[at++]!);
    }
    return this.#state !== BROKEN;
  }

  #take(byte: number): void {
    if (this.#state === TXNR) {
      if (byte === SPACE && this.#digits > 0) this.#endTxnr();
      else this.#takeDigit(byte);
    } else if (this.#state === COMMAND) {
      this.#takeCommand(byte);
    } else if (this.#state === LENGTH) {
      if ((byte === SPACE || byte === LF) && this.#digits > 0) this.#endLength(byte);
      else this.#takeDigit(byte);
    } else if (this.#state === TRAILER) {
      if (byte === LF) this.#end();
      else this.#state = BROKEN;
    }
  }

  #takeDigit(byte: number): void {
    const digit = byte - ZERO;
    if (digit < 0 || digit > 9 || this.#digits === DIGITS_MAX) {
      this.#state = BROKEN;
      return;
    }
    this.#number = this.#number * 10 + digit;
    this.#digits++;
  }

  #endTxnr(): void {
    this.#txnr = this.#number;
    this.#number = this.#digits = 0;
    this.#commandBytes = 0;
    this.#state = COMMAND;
  }

  #takeCommand(byte: number): void {
    if (byte === SPACE && this.#commandBytes > 0) {
      this.#state = LENGTH;
      return;
    }
    const letter = byte | 0x20;
    const isLetter = letter >= 0x61 && letter <= 0x7a;
    if (!isLetter || this.#commandBytes === COMMAND_BYTES_MAX) this.#state = BROKEN;
    else this.#command[this.#commandBytes++] = byte;
  }

  /** Behind a length of 0 comes no space, and behind any other one. */
  #endLength(byte: number): void {
    this.#dataLeft = this.#number;
    this.#kept = 0;
    if (byte === LF && this.#dataLeft === 0) this.#end();
    else if (byte === LF || this.#dataLeft === 0) this.#state = BROKEN;
    else this.#state = this.#dataLeft > DATA_BYTES_MAX ? BROKEN : DATA;
  }

  #takeData(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#dataLeft);
    this.#kept += chunk.copy(this.#data, this.#kept, at, end);
    this.#dataLeft -= end - at;
    if (this.#dataLeft === 0) this.#state = TRAILER;
    return end;
  }

  #end(): void {
    this.#number = this.#digits = 0;
    this.#state = TXNR;
    this.#handler.response(this.#txnr, this.#commandName(), this.#data, this.#kept);
  }

  #commandName(): string {
    const [r, s, p] = this.#command;
    // Nearly all are these.
    if (this.#commandBytes === 3 && r === 0x72 && s === 0x73 && p === 0x70) return "rsp";
    return this.#command.toString("latin1", 0, this.#commandBytes);
  }
}
