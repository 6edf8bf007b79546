import { describe, expect, test } from "vitest";
import { interfaceHash } from "../../../src/identify/interface-hash.ts";
import { parseAddress } from "../../../src/model/address.ts";
import { addressClass } from "../../../src/model/address-class.ts";
import type { Endpoints } from "../../../src/model/endpoint.ts";
import { parseTerm } from "../../../src/model/filter-term.ts";
import { parseNetworks } from "../../../src/model/network.ts";
import { queryFlows } from "../../../src/query/flows.ts";
import { podInterfaceDefaults } from "../../../src/model/pod-interface.ts";
import { questionOf } from "../question-of.ts";
import { type SeedCount, SeededDatabase } from "../seeded-database.ts";

const interfaceOf = (pod: string) => `cali${interfaceHash("shop", pod)}`;
const web = interfaceOf("web-5d8f7c9b4-x2x7z");
const database = interfaceOf("database-0");
const WEB = {
  namespace: "shop",
  pod: "web-5d8f7c9b4-x2x7z",
  workload: "web",
  workloadKind: "Deployment",
  workloadDerived: true,
} as const;
const DATABASE = {
  namespace: "shop",
  pod: "database-0",
  workload: "database",
  workloadKind: "StatefulSet",
  workloadDerived: true,
} as const;
const inside = { class: "private" } as const;

const naming = {
  podInterfaces: podInterfaceDefaults,
  networks: parseNetworks({ office: "192.0.2.0/24", nodes: "10.9.0.0/16" }),
};

/** The endpoints of one flow that was seen in these minutes of the day. */
function endpointsOf(
  flow: Partial<SeedCount>,
  minutes: readonly number[],
  prepare: (seeded: SeededDatabase) => void = () => undefined,
): Endpoints {
  using seeded = new SeededDatabase(...minutes.map((minute) => ({ ...flow, minute })));
  seeded.addPod("shop", WEB.pod, "u1", 500);
  seeded.addPod("shop", DATABASE.pod, "u2", 500);
  prepare(seeded);
  const { flows } = queryFlows(seeded.database, questionOf({ naming }), "packets");
  expect(flows).toHaveLength(1);
  const { source = {}, destination = {} } = flows[0]!;
  return { source, destination };
}

describe("a pod is known by its interface", () => {
  test("on both sides of traffic within a node", () => {
    expect(endpointsOf({ in: web, out: database }, [600])).toEqual({
      source: { ...WEB, uid: "u1", ...inside },
      destination: { ...DATABASE, uid: "u2", ...inside },
    });
  });

  test("on the side that is on the node", () => {
    const flow = { src: "192.0.2.7", in: "eth0", out: web };
    expect(endpointsOf(flow, [600])).toEqual({
      source: { network: "office", class: "documentation" },
      destination: { ...WEB, uid: "u1", ...inside },
    });
  });

  test("also when it is gone", () => {
    const endpoints = endpointsOf({ in: "eth0", out: interfaceOf("old-0") }, [600], (seeded) =>
      seeded.addPod("shop", "old-0", "u3", 500, 610),
    );
    expect(endpoints.destination).toMatchObject({ namespace: "shop", pod: "old-0", uid: "u3" });
  });

  test("whatever others have had its address", () => {
    const endpoints = endpointsOf({ in: web, out: database }, [600, 700], (seeded) => {
      seeded.addLease("10.244.17.12", interfaceOf("other"), 590, 710);
    });
    expect(endpoints.source).toMatchObject(WEB);
  });

  test("a static one with the workload that its file names, for a row and a filter alike", () => {
    const flow = { in: interfaceOf("proxy-worker-1"), out: database };
    using seeded = new SeededDatabase({ ...flow, minute: 600 });
    seeded.addPod("shop", "proxy-worker-1", "a1b2c3d4e5f60718293a4b5c6d7e8f90", 500);
    const terms = [parseTerm("workload", "shop/proxy", false)];
    const { flows } = queryFlows(seeded.database, questionOf({ naming, terms }), "packets");
    expect(flows.map(({ source }) => source)).toEqual([
      {
        namespace: "shop",
        pod: "proxy-worker-1",
        uid: "a1b2c3d4e5f60718293a4b5c6d7e8f90",
        workload: "proxy",
        workloadDerived: true,
        ...inside,
      },
    ]);
  });

  test("and no pod is guessed where none has that interface", () => {
    expect(endpointsOf({ in: "cali0123456789a", out: web }, [600]).source).toEqual(inside);
  });
});

describe("pods of a StatefulSet keep the name of their interface", () => {
  const follow = (seeded: SeededDatabase) => {
    seeded.addPod("shop", "database-0", "u4", 620);
    seeded.addPod("shop", "database-0", "u5", 640);
  };
  test.for([
    ["before the second", [600, 610], "u2"],
    ["of the second", [625], "u4"],
    ["of the newest", [650, 660], "u5"],
    ["of two, none of which it was alone", [610, 625], undefined],
    ["from before all that are known", [300], undefined],
  ] as const)("a flow %s", ([, minutes, uid]) => {
    const { destination } = endpointsOf({ in: web, out: database }, minutes, follow);
    expect(destination).toEqual({ ...DATABASE, ...(uid === undefined ? {} : { uid }), ...inside });
  });
});

// What the node gets before it decides whose it is, and what it sends without an interface.
describe("an address without an interface is whose it was all the time", () => {
  const flow = { in: "eth0", out: "", dst: "10.244.17.50" } as const;
  const ambiguous = (...candidates: string[]) => ({ ambiguous: true, candidates, ...inside });

  test.for<readonly [string, number[], (seeded: SeededDatabase) => void, object]>([
    ["nobody's, when nobody was seen with it", [600], () => undefined, inside],
    [
      "a pod's, while that was seen with it",
      [600, 620],
      (seeded) => seeded.addLease(flow.dst, web, 590, 630),
      { ...WEB, uid: "u1", ...inside },
    ],
    ["nobody's before", [580], (seeded) => seeded.addLease(flow.dst, web, 590, 630), inside],
    ["nobody's afterwards", [640], (seeded) => seeded.addLease(flow.dst, web, 590, 630), inside],
    [
      "ambiguous, where the pod was not seen with it all the time",
      [600, 640],
      (seeded) => seeded.addLease(flow.dst, web, 590, 630),
      ambiguous(`shop/${WEB.pod}`),
    ],
    [
      "the next one's after a change",
      [650],
      (seeded) => {
        seeded.addLease(flow.dst, web, 590, 630);
        seeded.addLease(flow.dst, database, 640, 700);
      },
      { ...DATABASE, uid: "u2", ...inside },
    ],
    [
      "ambiguous over a change",
      [600, 650],
      (seeded) => {
        seeded.addLease(flow.dst, web, 590, 630);
        seeded.addLease(flow.dst, database, 640, 700);
      },
      ambiguous("shop/database-0", `shop/${WEB.pod}`),
    ],
    [
      "ambiguous, where two claim it",
      [600],
      (seeded) => {
        seeded.addLease(flow.dst, web, 590, 630);
        seeded.addLease(flow.dst, database, 500, 700);
      },
      ambiguous("shop/database-0", `shop/${WEB.pod}`),
    ],
    [
      "ambiguous, where pods of one name followed each other while it was seen",
      [600],
      (seeded) => {
        seeded.addPod("shop", "database-0", "u4", 620);
        seeded.addLease(flow.dst, database, 590, 630);
      },
      ambiguous("shop/database-0"),
    ],
    [
      "nobody's that is known, where it was at an interface whose pod is not",
      [600],
      (seeded) => seeded.addLease(flow.dst, interfaceOf("unknown"), 590, 630),
      inside,
    ],
    [
      "no pod's of another node",
      [600],
      (seeded) => seeded.addLease(flow.dst, web, 590, 630, "worker-2"),
      inside,
    ],
    [
      "the node's own",
      [600],
      (seeded) => seeded.addLease(flow.dst, "", 500, null),
      { node: "worker-1", ...inside },
    ],
  ])("%s", ([, minutes, prepare, expected]) => {
    expect(endpointsOf(flow, minutes, prepare).destination).toEqual(expected);
  });

  test.for(["224.0.0.251", "255.255.255.255", "0.0.0.0", "169.254.1.1", "127.0.0.1"])(
    "nobody's, when it cannot be one pod's, whatever an early version has learnt: %s",
    (dst) => {
      const sent = { ...flow, dst };
      const { destination } = endpointsOf(sent, [600], (seeded) => {
        seeded.addLease(dst, web, 590, 630);
      });
      expect(destination).toEqual({ class: addressClass(parseAddress(dst)!) });
    },
  );

  test("of a source that the node sends for a pod", () => {
    const sent = { src: "10.244.17.50", in: "", out: database };
    const { source } = endpointsOf(sent, [600], (seeded) => {
      seeded.addLease("10.244.17.50", web, 590, 630);
    });
    expect(source).toMatchObject(WEB);
  });

  test("what came over the network is no pod's of this node, but may be another's", () => {
    const came = { src: "10.244.17.50", in: "eth0", out: database };
    const sourceWith = (node: string) =>
      endpointsOf(came, [600], (seeded) => {
        seeded.addLease("10.244.17.50", web, 590, 630, node);
      }).source;
    expect(sourceWith("worker-1")).toEqual(inside);
    expect(sourceWith("worker-2")).toMatchObject(WEB);
  });
});

describe("what a node may stand for is marked", () => {
  test.for<readonly [string, Partial<SeedCount>, "source" | "destination", object]>([
    [
      "a source after SNAT: the address of another node, to a pod",
      { src: "10.9.0.2", in: "eth0", out: web },
      "source",
      { node: "worker-2", network: "nodes", mayBeNat: true },
    ],
    [
      "not a source that is the node itself",
      { src: "10.9.0.1", in: "", out: web },
      "source",
      { node: "worker-1", network: "nodes" },
    ],
    [
      "a port of a node before DNAT",
      { dst: "10.9.0.1", in: "eth0", out: "", dstPort: 30_443 },
      "destination",
      { node: "worker-1", network: "nodes", mayBeNat: true },
    ],
    [
      "not another port of a node",
      { dst: "10.9.0.1", in: "eth0", out: "", dstPort: 22 },
      "destination",
      { node: "worker-1", network: "nodes" },
    ],
    [
      "such a port of an address of which nothing is known, which may be a node's",
      { dst: "10.7.0.1", in: "eth0", out: "", dstPort: 30_443 },
      "destination",
      { mayBeNat: true },
    ],
    [
      "not what a pod sends to its node",
      { dst: "10.9.0.1", in: web, out: "", dstPort: 30_443 },
      "destination",
      { node: "worker-1", network: "nodes" },
    ],
  ])("%s", ([, flow, side, expected]) => {
    const endpoints = endpointsOf(flow, [600], (seeded) => {
      seeded.addLease("10.9.0.1", "", 0, null, "worker-1");
      seeded.addLease("10.9.0.2", "", 0, null, "worker-2");
    });
    expect(endpoints[side]).toEqual({ ...expected, ...inside });
  });

  test.for(["224.0.0.251", "255.255.255.255"])("but not a group, or all: %s", (dst) => {
    const flow = { dst, in: "eth0", out: "", dstPort: 30_443 };
    expect(endpointsOf(flow, [600]).destination).not.toHaveProperty("mayBeNat");
  });
});
