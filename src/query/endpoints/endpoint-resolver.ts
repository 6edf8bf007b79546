import { parseAddress } from "../../model/address.ts";
import { addressClass } from "../../model/address-class.ts";
import { type Endpoint, type Endpoints, podEndpoint } from "../../model/endpoint.ts";
import { networkOf } from "../../model/network.ts";
import { hashOfInterface, isPodInterface } from "../../model/pod-interface.ts";
import { MICROS_PER_SECOND } from "../../model/time-unit.ts";
import type { Lease, NameSource, PodLife } from "./name-source.ts";
import type { Naming } from "./naming.ts";
import { type FlowSides, steadySpan, type TimeSpan } from "./steady-span.ts";

/** What endpoints are told from; times are microseconds since the epoch. */
export type PlacedFlow = {
  /** Interfaces and a side are not known of many flows in one. */
  readonly other?: boolean | undefined;
  readonly src?: string | undefined;
  readonly dst?: string | undefined;
  readonly protocol?: string | undefined;
  readonly dstPort?: number | undefined;
  readonly in?: string | undefined;
  readonly out?: string | undefined;
  readonly node?: string | undefined;
  readonly firstSeen: number;
  readonly lastSeen: number;
};

const nothing: Endpoint = {};
/** The stamps of many logs are whole seconds. */
const STAMP_MICROS = MICROS_PER_SECOND;
const CANDIDATES_MAX = 5;
const ADDRESSES_MAX = 16_384;
/** Of services, unless the cluster was set up otherwise (service-node-port-range). */
const NODE_PORT_MIN = 30_000;
const NODE_PORT_MAX = 32_767;
const portProtocols = ["tcp", "udp", "sctp"];

/**
 * Tells who the two sides of a flow were while it was seen. A pod is known by its interface, which
 * its name gives; else by leases of its address, and then only if one pod had it all the time.
 */
export class EndpointResolver {
  readonly #naming: Naming;
  readonly #source: NameSource;
  readonly #withNetworks: boolean;
  readonly #addresses = new Map<string, Endpoint>();
  /** A pod with the address that it was asked for last. */
  readonly #pods = new WeakMap<
    PodLife,
    { readonly address: string; readonly endpoint: Endpoint }
  >();

  /** `withNetworks` is whether networks and classes are told, for which every address is read. */
  constructor(naming: Naming, source: NameSource, withNetworks = true) {
    this.#naming = naming;
    this.#source = source;
    this.#withNetworks = withNetworks;
  }

  /** Prefixes of the interfaces of pods. */
  get podInterfaces(): readonly string[] {
    return this.#naming.podInterfaces;
  }

  /** The names that endpoints are told from now: another object when they may be others. */
  get names(): NameSource {
    return this.#source.current();
  }

  /**
   * The time around `time` in which the endpoints of a flow that is seen then are told alike with
   * these names; undefined when that is not known.
   */
  steadySpan(flow: FlowSides, time: number): TimeSpan | undefined {
    return steadySpan(this.#source, this.#naming.podInterfaces, flow, time);
  }

  endpointsOf(flow: PlacedFlow): Endpoints {
    return { source: this.sourceOf(flow), destination: this.destinationOf(flow) };
  }

  sourceOf(flow: PlacedFlow): Endpoint | undefined {
    const { src, in: from = "", out: to = "" } = flow;
    if (src === undefined) return undefined;
    const endpoint = this.#endpointOf(src, from, flow);
    const passesNode = from !== "" && this.#isPod(to);
    return passesNode && endpoint.node !== undefined ? { ...endpoint, mayBeNat: true } : endpoint;
  }

  destinationOf(flow: PlacedFlow): Endpoint | undefined {
    const { dst, dstPort = 0, protocol = "", in: from = "", out: to = "" } = flow;
    if (dst === undefined) return undefined;
    const endpoint = this.#endpointOf(dst, to, flow);
    const isNodePort =
      flow.other !== true &&
      to === "" &&
      !this.#isPod(from) &&
      endpoint.pod === undefined &&
      portProtocols.includes(protocol) &&
      dstPort >= NODE_PORT_MIN &&
      dstPort <= NODE_PORT_MAX &&
      isOfOne(dst);
    return isNodePort ? { ...endpoint, mayBeNat: true } : endpoint;
  }

  /** `own` is the interface on the side of the address. */
  #endpointOf(address: string, own: string, flow: PlacedFlow): Endpoint {
    const ofAddress = this.#ofAddress(address);
    if (flow.other === true) return ofAddress;
    if (!this.#isPod(own)) {
      const leases = this.#source.leasesOf(address);
      if (leases.length === 0) return ofAddress;
      return { ...this.#ofLeases(leases, own, flow), ...ofAddress };
    }
    const pods = this.#podsAt(own);
    const [pod] = pods;
    if (pod === undefined) return ofAddress;
    // So it is nearly always: an object is made once.
    if (pods.length === 1 && pod.from <= flow.firstSeen)
      return this.#ofPod(pod, address, ofAddress);
    return { ...this.#ofPods(pods, flow), ...ofAddress };
  }

  #isPod(name: string): boolean {
    return isPodInterface(name, this.#naming.podInterfaces);
  }

  #podsAt(name: string): readonly PodLife[] {
    const hash = hashOfInterface(name, this.#naming.podInterfaces);
    return hash === undefined ? [] : this.#source.podsOf(hash);
  }

  #ofPod(pod: PodLife, address: string, ofAddress: Endpoint): Endpoint {
    const known = this.#pods.get(pod);
    if (known?.address === address) return known.endpoint;
    const endpoint = { ...podEndpoint(pod), uid: pod.uid, ...ofAddress };
    this.#pods.set(pod, { address, endpoint });
    return endpoint;
  }

  /** What does not depend on the time. */
  #ofAddress(text: string): Endpoint {
    if (!this.#withNetworks) return nothing;
    const known = this.#addresses.get(text);
    if (known !== undefined) return known;
    const address = parseAddress(text);
    if (address === undefined) return {};
    const network = networkOf(this.#naming.networks, address)?.name;
    const found = {
      ...(network === undefined ? {} : { network }),
      class: addressClass(address),
    };
    if (this.#addresses.size >= ADDRESSES_MAX) this.#addresses.clear();
    this.#addresses.set(text, found);
    return found;
  }

  #ofPods(pods: readonly PodLife[], { firstSeen, lastSeen }: PlacedFlow): Endpoint {
    if (namesOf(pods).length < 2) return podOf(pods, firstSeen, lastSeen);
    // Two names with one hash: only their times can tell them apart.
    const there = pods.filter(
      ({ from, to }) => from <= lastSeen + STAMP_MICROS && to >= firstSeen - STAMP_MICROS,
    );
    if (namesOf(there).length === 1) return podOf(there, firstSeen, lastSeen);
    return ambiguous(namesOf(pods));
  }

  #ofLeases(all: readonly Lease[], own: string, flow: PlacedFlow): Endpoint {
    const leases = all
      .filter((lease) => mayHold(lease, flow))
      // What came or goes over the network is no pod's of this node, but may be another's.
      .filter(({ hash, node }) => hash === "" || (own === "") === (node === flow.node));
    const [lease] = leases;
    if (lease === undefined) return {};
    if (leases.length === 1 && holds(lease, flow)) {
      if (lease.hash === "") return { node: lease.node };
      const pods = this.#livesDuring(lease);
      if (pods.length === 0) return {};
      // Whether a pod that followed another of its name got the address at once is not known.
      if (pods.length === 1 && lasts(pods[0]!, lease)) {
        return podOf(pods, flow.firstSeen, flow.lastSeen);
      }
    }
    return ambiguous(leases.flatMap((each) => this.#namesOfLease(each)));
  }

  #namesOfLease(lease: Lease): readonly string[] {
    return lease.hash === "" ? [lease.node] : namesOf(this.#livesDuring(lease));
  }

  /** The pods of a lease's interface that were there while it lasted. */
  #livesDuring(lease: Lease): readonly PodLife[] {
    const pods = this.#source.podsOf(lease.hash);
    return pods.filter(({ from, to }) => from <= lease.to + STAMP_MICROS && to >= lease.from);
  }
}

/** A group or all of a link have no service. */
function isOfOne(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && !["multicast", "broadcast"].includes(addressClass(address));
}

/** A stamp in whole seconds may be of any time in it: so a lease may begin later, or end before. */
function uncertainty({ from, to }: Lease, { firstSeen, lastSeen }: PlacedFlow): number {
  const isWhole = [from, to, firstSeen, lastSeen].some((time) => time % STAMP_MICROS === 0);
  return isWhole ? STAMP_MICROS : 0;
}

/** Whether somebody may have had the address while the flow was seen. */
function mayHold(lease: Lease, flow: PlacedFlow): boolean {
  const micros = uncertainty(lease, flow);
  return lease.from <= flow.lastSeen + micros && lease.to + micros >= flow.firstSeen;
}

/** Whether it was theirs all that time. */
function holds(lease: Lease, flow: PlacedFlow): boolean {
  const micros = uncertainty(lease, flow);
  return lease.from + micros <= flow.firstSeen && lease.to >= flow.lastSeen + micros;
}

function lasts({ from, to }: PodLife, lease: Lease): boolean {
  return from <= lease.from + STAMP_MICROS && to >= lease.to - STAMP_MICROS;
}

/** Pods of one name: their name, and the UID of the newest of that time, if it was there always. */
function podOf(pods: readonly PodLife[], firstSeen: number, lastSeen: number): Endpoint {
  const newest = pods.findLast(({ from }) => from <= lastSeen + STAMP_MICROS) ?? pods.at(-1);
  if (newest === undefined) return {};
  const { uid, from } = newest;
  const wasThere = from <= firstSeen + STAMP_MICROS;
  return { ...podEndpoint(newest), ...(wasThere ? { uid } : {}) };
}

function namesOf(pods: readonly PodLife[]): string[] {
  return [...new Set(pods.map(({ namespace, name }) => `${namespace}/${name}`))];
}

function ambiguous(names: readonly string[]): Endpoint {
  const candidates = [...new Set(names)].toSorted().slice(0, CANDIDATES_MAX);
  return { ambiguous: true, ...(candidates.length === 0 ? {} : { candidates }) };
}
