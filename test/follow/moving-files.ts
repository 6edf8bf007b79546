import { Worker } from "node:worker_threads";

/**
 * A thread that gives a file one name after the other, as fast as it can, until it is disposed of:
 * the file has one of them, or both, at any time.
 */
export async function keepMoving(from: string, to: string): Promise<AsyncDisposable> {
  const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const worker = new Worker(script, { eval: true, workerData: { from, to, stop } });
  await new Promise((resolve) => worker.once("message", resolve));
  return {
    [Symbol.asyncDispose]: async () => {
      Atomics.store(stop, 0, 1);
      await new Promise((resolve) => worker.once("exit", resolve));
    },
  };
}

/** In JavaScript, for a thread is started without what the tests are compiled by. */
const script = `
  const { linkSync, unlinkSync } = require("node:fs");
  const { parentPort, workerData } = require("node:worker_threads");
  parentPort.postMessage("moving");
  let [from, to] = [workerData.from, workerData.to];
  while (Atomics.load(workerData.stop, 0) === 0) {
    linkSync(from, to);
    unlinkSync(from);
    [from, to] = [to, from];
  }
`;
