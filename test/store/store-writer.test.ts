import { expect, test } from "vitest";
import { deniedPrefixDefaults } from "../../src/model/verdict.ts";
import { StoreWriter } from "../../src/store/store-writer.ts";
import { denialLines } from "../end-to-end/log-lines.ts";
import { BatchMaker } from "./counted-batches.ts";
import { newPath, readable, valueOf } from "./stored.ts";

test("StoreWriter commits a batch with what it opened, never before", async () => {
  const ROUNDS = 20;
  const path = newPath();
  const maker = new BatchMaker();
  const lines = denialLines({ lines: 40 * ROUNDS });
  const next = () => maker.batch(lines.splice(0, 20));
  await using starting = StoreWriter.start();
  await using writer = await starting.open({
    path,
    deniedPrefixes: deniedPrefixDefaults,
    role: "import",
    retries: false,
  });
  const committed = () => {
    const database = readable(path);
    return {
      lines: valueOf(database, "SELECT total(lines) FROM sources"),
      opened: valueOf(database, "SELECT total(count) FROM open_attempts"),
      attempts: valueOf(database, "SELECT total(attempts) FROM flow_days"),
    };
  };
  for (let round = 0; round < ROUNDS; round++) {
    // The thread finds all three at once: the last belongs to the commit that is still to come.
    writer.write(next());
    writer.commit(maker.end());
    writer.write(next());
    await writer.flushed();
    const half = committed();
    writer.commit(maker.end());
    await writer.flushed();
    const whole = committed();

    expect(half.lines).toBe(40 * round + 20);
    expect(half.opened).toBe(half.attempts);
    expect(whole.lines).toBe(40 * round + 40);
    expect(whole.opened).toBe(whole.attempts);
  }
});
