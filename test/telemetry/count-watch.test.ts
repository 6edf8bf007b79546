import { expect, test } from "vitest";
import type { CountedBatch } from "../../src/model/counted-batch.ts";
import { deniedPrefixDefaults } from "../../src/model/verdict.ts";
import { AgentMetrics } from "../../src/telemetry/agent-metrics.ts";
import { CountWatch } from "../../src/telemetry/count-watch.ts";
import { BatchMaker } from "../store/counted-batches.ts";

const nothing = () => 0;
const unmeasured = {
  lagBytes: nothing,
  lagSeconds: nothing,
  databaseBytes: nothing,
  walBytes: nothing,
};

/** The metrics of batches, without those that are 0. */
class Counting {
  readonly metrics = new AgentMetrics("1.2.3", unmeasured);
  readonly watch = new CountWatch(this.metrics, { deniedPrefixes: deniedPrefixDefaults });

  async values(name: string): Promise<Readonly<Record<string, number>>> {
    const { values } = (await this.metrics.registry.getMetricsAsJSON()).find(
      (metric) => metric.name === name,
    ) as unknown as { values: { labels: Record<string, string>; value: number }[] };
    return Object.fromEntries(
      values
        .filter(({ value }) => value !== 0)
        .map(({ labels, value }) => [Object.values(labels).join(" "), value]),
    );
  }
}

let port = 1024;

function line(prefix: string, inInterface: string, outInterface: string, samePort = false): string {
  if (!samePort) port++;
  return (
    `2026-11-22T12:00:00.000000+00:00 worker kernel: [1000.000000] ${prefix}IN=${inInterface} ` +
    `OUT=${outInterface} SRC=10.0.0.1 DST=10.0.0.2 LEN=60 TOS=0x00 PREC=0x00 TTL=63 ` +
    `ID=${port} DF PROTO=TCP SPT=${port} DPT=80 WINDOW=64240 RES=0x00 SYN URGP=0 \n`
  );
}

const denied = "calico-packet: ";

test("CountWatch counts denied packets by direction, also of flows of batches before", async () => {
  const counting = new Counting();
  const maker = new BatchMaker();
  const lines = [
    line(denied, "eth0", "cali1"),
    line(denied, "cali1", "eth0"),
    line(denied, "cali1", "cali2"),
    line(denied, "eth0", ""),
    line(denied, "", "eth0"),
    line(denied, "eth0", "eth1"),
    // As long as a name can be.
    line(denied, "cali0123456789a", "cali0123456789b"),
    line("[UFW BLOCK] ", "cali1", "eth0"),
    "2026-11-22T12:00:00.000000+00:00 worker cron: nothing\n",
  ];
  counting.watch.counted(maker.batch(lines));
  counting.watch.counted(maker.batch([...lines, line(denied, "cali1", "eth0", true)]));
  expect(await counting.values("denyscope_denials_total")).toEqual({
    ingress: 2,
    egress: 3,
    local: 4,
    "host-ingress": 2,
    "host-egress": 2,
    forward: 2,
  });
  expect(await counting.values("denyscope_lines_total")).toEqual({ "": 19 });
  expect(await counting.values("denyscope_denial_lines_total")).toEqual({ "": 15 });
  expect(await counting.values("denyscope_other_lines_total")).toEqual({
    ordinary: 2,
    "other-verdict": 2,
  });
  const attempts = await counting.values("denyscope_attempts_total");
  expect(attempts["egress"], "retransmissions are no attempts").toBeLessThan(3);
});

test("CountWatch forgets the indexes of a session before", async () => {
  const counting = new Counting();
  counting.watch.counted(new BatchMaker().batch([line("[UFW] ", "eth0", "cali1")]));
  counting.watch.counted(new BatchMaker().batch([line(denied, "cali1", "eth0")]));
  expect(await counting.values("denyscope_denials_total")).toEqual({ egress: 1 });
});

test("CountWatch keeps the direction of any number of flows", async () => {
  const counting = new Counting();
  const maker = new BatchMaker();
  for (let batch = 0; batch < 5; batch++) {
    const lines = Array.from({ length: 1000 }, (_, index) =>
      line(denied, "eth0", "cali1").replace("10.0.0.1", `10.${batch}.${index >> 8}.${index & 255}`),
    );
    counting.watch.counted(maker.batch(lines));
  }
  expect(await counting.values("denyscope_denials_total")).toEqual({ ingress: 5000 });
});

test("CountWatch adds rejected lines and losses by reason", async () => {
  const counting = new Counting();
  const batch = new BatchMaker().batch([]);
  const example = new Uint8Array();
  const losses = [
    { reason: "truncated", bytes: 100, offset: 0, detail: "", contentHash: "" },
    { reason: "truncated", bytes: 20, lines: 3, offset: 9, detail: "", contentHash: "" },
    { reason: "unreadable", offset: 0, detail: "", contentHash: "" },
  ] as const;
  const tally: CountedBatch["progress"]["tally"] = {
    ...batch.progress.tally,
    rejected: [{ reason: "cut-short", lines: 7, example }],
  };
  counting.watch.counted({ ...batch, progress: { ...batch.progress, tally, losses } });
  expect(await counting.values("denyscope_rejected_lines_total")).toEqual({ "cut-short": 7 });
  expect(await counting.values("denyscope_losses_total")).toEqual({ truncated: 2, unreadable: 1 });
  expect(await counting.values("denyscope_lost_bytes_total")).toEqual({ truncated: 120 });
  expect(await counting.values("denyscope_lost_lines_total")).toEqual({ truncated: 3 });
});
