import assert from "node:assert/strict";
import type { Socket } from "node:net";
import type { CloseReason } from "../close-reason.ts";
import type { Failure } from "../failure.ts";
import { GatheredWrites } from "../gathered-writes.ts";
import { plainText } from "../plain-text.ts";
import type { Session, SessionEvents } from "../session.ts";
import { SilenceTimer } from "../silence-timer.ts";
import { breakFailure, missedFailure } from "../socket-failure.ts";
import { answerCode } from "./answer-code.ts";
import { AnswerWindow } from "./answer-window.ts";
import { openOffers, readOpenAnswer } from "./open-answer.ts";
import { putRelpFrame, relpFrame, relpOverheadMax } from "./relp-frame.ts";
import { ResponseReader } from "./response-reader.ts";

export type RelpOptions = {
  readonly window: number;
  readonly connectMsMax: number;
  readonly silenceMsMax: number;
  /** The session ends in good order when so many are used up. */
  readonly txnrMax?: number;
};

const OPEN_TXNR = 1;
const FIRST_TXNR = OPEN_TXNR + 1;
/** A server takes nine digits; librelp would go on with ten, and be refused. */
const TXNR_MAX = 100_000_000;
const OK = 200;
/**
 * A server that has so many frames to work on can wait for more. Answers come one by one: to send
 * the next frame for each of them takes three times the processor time, and slows the server down.
 */
const BUSY_FRAMES_MIN = 64;
const GATHER_MS = 1;

/**
 * RELP, the Reliable Event Logging Protocol, as librelp's doc/relp.md has it: each message has a
 * transaction number, and is settled by the server's own answer to it. A number that comes out of
 * turn ends the session, so that each session begins at 1 and sends what was not answered again.
 */
export class RelpSession implements Session {
  readonly #socket: Socket;
  readonly #events: SessionEvents;
  readonly #writes: GatheredWrites;
  readonly #reader: ResponseReader;
  readonly #answers: AnswerWindow;
  readonly #opening: SilenceTimer;
  readonly #silence: SilenceTimer;
  readonly #txnrMax: number;
  #state: "opening" | "open" | "ending" | "done" = "opening";
  /** A ticket minus its transaction number. */
  #ticketOffset: number | undefined;
  #closeTxnr: number | undefined;
  #wantsRoom = false;
  #gathering: NodeJS.Timeout | undefined;
  /** Frames before this one are told to be settled. */
  #told = FIRST_TXNR;
  /** Found in what is being read; told when what was answered before is settled. */
  #failure: Failure | undefined;

  constructor(socket: Socket, options: RelpOptions, events: SessionEvents) {
    const { window, connectMsMax, silenceMsMax, txnrMax = TXNR_MAX } = options;
    this.#socket = socket;
    this.#events = events;
    this.#txnrMax = txnrMax;
    this.#answers = new AnswerWindow(FIRST_TXNR, window);
    this.#reader = new ResponseReader({
      response: (txnr, command, data, bytes) => this.#respond(txnr, command, data, bytes),
    });
    this.#writes = new GatheredWrites(socket, {
      wrote: () => undefined,
      handed: () => this.#tellRoom(),
    });
    this.#opening = new SilenceTimer(connectMsMax, () => {
      const why = `it has not answered RELP's open for ${connectMsMax} ms`;
      this.#finish({ reason: "connect-timeout", why });
    });
    this.#silence = new SilenceTimer(silenceMsMax, () => {
      const why = `it has not acknowledged the oldest message for ${silenceMsMax} ms`;
      this.#finish({ reason: "no-acknowledgement", why });
    });
  }

  start(): void {
    this.#socket.on("data", (chunk: Buffer) => this.#read(chunk));
    this.#socket.on("end", () => this.#peerEnded());
    this.#socket.on("error", (error) => this.#finish(breakFailure(error)));
    this.#socket.on("close", () => this.#closed());
    this.#opening.expect();
    const missed = missedFailure(this.#socket);
    if (missed === undefined) this.#socket.write(relpFrame(OPEN_TXNR, "open", openOffers));
    else this.#finish(missed);
  }

  send(ticket: number, message: Uint8Array): boolean {
    if (this.#state !== "open") return false;
    if (this.#answers.next >= this.#txnrMax) {
      this.end();
      return false;
    }
    const bytes = message.length + relpOverheadMax;
    const at = this.#answers.isFull ? -1 : this.#writes.reserve(bytes);
    if (at < 0) {
      this.#wantsRoom = true;
      return false;
    }
    this.#silence.expect();
    const txnr = this.#answers.take();
    this.#ticketOffset ??= ticket - txnr;
    // assert() makes an array of each call.
    if (ticket !== this.#ticketOffset + txnr) assert.fail("tickets rise by one");
    this.#writes.commit(putRelpFrame(this.#writes.chunk, at, txnr, message));
    return true;
  }

  end(): void {
    if (this.#state === "opening") this.#finish({ reason: "ended", why: "" });
    if (this.#state !== "open") return;
    this.#state = "ending";
    this.#writes.flush();
    this.#closeTxnr = this.#answers.next;
    this.#silence.expect();
    this.#socket.write(relpFrame(this.#closeTxnr, "close", ""));
  }

  destroy(): void {
    this.#state = "done";
    this.#opening.rest();
    this.#silence.rest();
    clearTimeout(this.#gathering);
    this.#writes.destroy();
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    if (!this.#reader.push(chunk)) {
      this.#failure ??= { reason: "protocol", why: "it answers something that is no RELP" };
    }
    if (this.#isDone()) return;
    if (this.#failure === undefined && this.#answers.size >= BUSY_FRAMES_MIN) {
      this.#gathering ??= setTimeout(() => this.#tellAnswers(), GATHER_MS);
    } else {
      this.#tellAnswers();
    }
  }

  #tellAnswers(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#settle();
    if (this.#failure !== undefined) this.#finish(this.#failure);
    else this.#tellRoom();
  }

  #settle(): void {
    if (this.#isDone() || this.#answers.oldest === this.#told) return;
    this.#told = this.#answers.oldest;
    if (this.#answers.isEmpty && this.#state === "open") this.#silence.rest();
    else this.#silence.progress();
    this.#events.settled(this.#ticketOffset! + this.#answers.oldest - 1);
  }

  #tellRoom(): void {
    if (!this.#wantsRoom || this.#state !== "open" || this.#answers.isFull) return;
    this.#wantsRoom = false;
    this.#events.roomy();
  }

  #respond(txnr: number, command: string, data: Buffer, bytes: number): void {
    if (this.#isDone() || this.#failure !== undefined) return;
    if (command === "serverclose") {
      this.#failure = this.#unlessEnding("peer-closed", "it closed the RELP session");
    } else if (command !== "rsp") {
      this.#failure = { reason: "protocol", why: "it sent a command that is not for clients" };
    } else if (this.#state === "opening" && txnr === OPEN_TXNR) {
      this.#open(data.subarray(0, bytes));
    } else if (txnr === this.#closeTxnr) {
      this.#socket.end();
    } else {
      this.#answer(txnr, data, bytes);
    }
  }

  #open(data: Buffer): void {
    this.#opening.rest();
    const answer = readOpenAnswer(data);
    if ("reason" in answer) {
      this.#failure = answer;
      return;
    }
    this.#state = "open";
    this.#events.opened(answer);
  }

  #answer(txnr: number, data: Buffer, bytes: number): void {
    const code = answerCode(data, bytes);
    if (code === undefined) {
      this.#failure = { reason: "protocol", why: "it answered without a code" };
    } else if (!this.#answers.answer(txnr)) {
      this.#failure = { reason: "protocol", why: `it answered ${txnr}, which waits for no answer` };
    } else if (code !== OK) {
      const [text = ""] = data.toString("latin1", 0, bytes).split("\n", 1);
      this.#events.refused(this.#ticketOffset! + txnr, plainText(text));
    }
  }

  #peerEnded(): void {
    if (this.#state === "ending") this.#socket.end();
    else this.#finish({ reason: "peer-closed", why: "it closed the connection" });
  }

  #closed(): void {
    const failure = this.#unlessEnding("reset", "the connection was closed");
    this.#finish(failure ?? { reason: "ended", why: "" });
  }

  /** What this side has begun is no failure. */
  #unlessEnding(reason: CloseReason, why: string): Failure | undefined {
    return this.#state === "ending" ? undefined : { reason, why };
  }

  /** Whoever is told something may have ended it. */
  #isDone(): boolean {
    return this.#state === "done";
  }

  #finish(failure: Failure): void {
    // What was answered before counts.
    this.#settle();
    if (this.#isDone()) return;
    this.destroy();
    this.#events.ended(failure);
  }
}
