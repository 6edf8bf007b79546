import { mkdtempDisposableSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Denial } from "../../src/model/denial.ts";
import { labMissing, startLab } from "./lab/lab.ts";
import { packetKindRules, packetKindsMissing, sendPacketKinds } from "./lab/packet-kinds.ts";
import { disagreements, sourceOf } from "./lab/packet-truth.ts";
import { needs } from "./machine.ts";
import { denyscope } from "./program.ts";

const missing = labMissing() ?? packetKindsMissing();
const KINDS_MIN = 360;

/** What the parser does not get right yet; whoever mends it takes it off. */
const known: readonly { readonly kind: string; readonly field: string }[] = [];

needs("the lab, with scapy", missing);

describe.skipIf(missing !== undefined)("what the kernel logs of each kind of packet", () => {
  test("parse agrees with the packets that were sent", { timeout: 120_000 }, async () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "denyscope-kinds-"));
    const logPrefix = `calico-packet-k${process.pid}: `;
    const directory = join(folder.path, "log");
    await using lab = await startLab({ logPrefix, directory, rules: packetKindRules });
    const sent = await sendPacketKinds(lab);
    await lab.settled();

    const lines = readFileSync(lab.logFile, "utf8").split("\n").slice(0, -1);
    expect(sent.length).toBeGreaterThanOrEqual(KINDS_MIN);
    expect(lines.map(sourceOf).toSorted()).toEqual(sent.map(({ denial }) => denial.src).toSorted());
    const lineOf = new Map(lines.map((line) => [sourceOf(line), line]));
    const unsaid = sent.flatMap(({ kind, denial, says }) => {
      const line = lineOf.get(denial.src)!;
      return says.filter((words) => !line.includes(words)).map((words) => ({ kind, words, line }));
    });
    expect(unsaid, "the kernel took each packet for the kind that it is").toEqual([]);

    const { status, stdout } = await denyscope(["parse", lab.logFile]);
    expect(status).toBe(0);
    const parsed = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Denial);
    expect(new Set(parsed.map(({ src }) => src)).size).toBe(parsed.length);
    for (const { time, uptime, node, prefix, verdict } of parsed) {
      expect({ node, prefix, verdict }).toEqual({
        node: lab.nodeName,
        prefix: logPrefix,
        verdict: "denied",
      });
      expect(Date.parse(time ?? "")).toBeGreaterThan(0);
      expect(uptime).toBeGreaterThan(0);
    }
    const wrong = disagreements(sent, parsed);
    const isKnown = (each: { kind: string; field: string }) =>
      known.some(({ kind, field }) => kind === each.kind && field === each.field);
    expect(wrong.filter((each) => !isKnown(each))).toEqual([]);
    expect(wrong.map(({ kind, field }) => ({ kind, field }))).toEqual(known);
  });
});
