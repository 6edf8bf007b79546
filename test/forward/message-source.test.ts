import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { messageFormatter } from "../../src/forward/message/message-formatter.ts";
import { messageDefaults } from "../../src/forward/message/message-settings.ts";
import { MessageSource } from "../../src/forward/message-source.ts";
import { flowMatch } from "../../src/model/flow-match.ts";
import { parseFilter } from "../../src/model/filter-words.ts";
import type { Outgoing } from "../../src/model/outgoing.ts";
import type { SpoolPosition } from "../../src/model/spool.ts";
import { MemorySpool, noticeOf } from "./memory-spool.ts";

const all = { events: true, flows: true, notices: true };
const makeFormat = () => messageFormatter({ ...messageDefaults, version: "0.1.0" });

function sourceOf(spool: MemorySpool, sends = all, filter = "", from = { chunk: 1, record: 0 }) {
  return new MessageSource({ sends }, flowMatch(parseFilter(filter)), makeFormat, spool, from);
}

type Given = { readonly id: string; readonly after: SpoolPosition };

function givenOf(source: MessageSource): Given[] {
  const given: Given[] = [];
  for (let next = source.next(); next !== undefined; next = source.next()) {
    const { bytes, after } = next;
    given.push({ id: / eventId="([^"]*)"/.exec(bytes.toString())![1]!, after: { ...after } });
  }
  return given;
}

function idsOf(source: MessageSource): string[] {
  return givenOf(source).map(({ id }) => id);
}

const flow = (number: number, dstPort: number): Outgoing => ({
  kind: "flow",
  id: `id-${number}`,
  node: "worker-1",
  time: 1_700_000_000_000_000,
  flow: { src: "10.0.0.1", dst: "10.0.0.2", protocol: "tcp", dstPort, prefix: "calico-packet: " },
  intervalStart: 0,
  intervalEnd: 60_000_000,
  part: 1,
  packets: 1,
  attempts: 1,
  bytes: 60,
  firstSeen: 0,
  lastSeen: 0,
});

describe("MessageSource", () => {
  test("gives what waits in order, then nothing, then what came meanwhile", () => {
    const spool = new MemorySpool();
    const source = sourceOf(spool);
    expect(source.next()).toBeUndefined();
    spool.add(noticeOf(1), noticeOf(2));
    spool.add(noticeOf(3));
    expect(idsOf(source)).toEqual(["id-1", "id-2", "id-3"]);
    spool.add(noticeOf(4));
    expect(idsOf(source)).toEqual(["id-4"]);
  });

  test("leaves out what is not wanted, and is behind it then", () => {
    const spool = new MemorySpool();
    spool.add(noticeOf(1), flow(2, 443), flow(3, 5432), noticeOf(4));
    const sends = { events: true, flows: true, notices: false };
    const source = sourceOf(spool, sends, "--to-port 5432");
    expect(idsOf(source)).toEqual(["id-3"]);
    expect(source.position).toEqual({ chunk: 2, record: 0 });
    expect(idsOf(sourceOf(spool, { ...sends, flows: false }))).toEqual([]);
  });

  test("passes chunks that a bound of the spool has removed", () => {
    const spool = new MemorySpool();
    for (let n = 1; n <= 5; n++) spool.add(noticeOf(n));
    const source = sourceOf(spool);
    source.next();
    spool.remove(2);
    spool.remove(3);
    expect(idsOf(source)).toEqual(["id-4", "id-5"]);
  });

  test("gives a message again by its position, as long as the spool has it", () => {
    const spool = new MemorySpool();
    spool.add(noticeOf(1), noticeOf(2));
    const source = sourceOf(spool);
    expect(source.at({ chunk: 1, record: 1 })?.id).toBe("id-2");
    expect(source.at({ chunk: 1, record: 2 })).toBeUndefined();
    spool.remove(1);
    expect(source.at({ chunk: 1, record: 1 })).toBeUndefined();
  });

  test("numbers messages from 1, up to the largest sequence number, and then from 1 again", () => {
    const spool = new MemorySpool();
    spool.add(noticeOf(1), noticeOf(2));
    const texts = Array.from({ length: 2 }, () => sourceOf(spool).next()!.bytes.toString());
    expect(texts[0]).toContain('[meta sequenceId="1"]');
    expect(texts[1]).toBe(texts[0]);
  });

  test("wherever it goes on, it gives each message behind that place once", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(sizes, fc.nat(), (chunks, seed) => {
        const spool = new MemorySpool();
        let number = 0;
        for (const size of chunks) {
          spool.add(...Array.from({ length: size }, () => noticeOf(++number)));
        }
        const source = sourceOf(spool);
        const given = givenOf(source);
        expect(given.map(({ id }) => id)).toEqual(
          Array.from({ length: number }, (_, index) => `id-${index + 1}`),
        );
        const at = seed % number;
        source.seek(given[at]!.after);
        expect(idsOf(source)).toEqual(given.slice(at + 1).map(({ id }) => id));
      }),
    );
  });
});
