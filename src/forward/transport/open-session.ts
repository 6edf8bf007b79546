import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { addressesOf } from "./addresses-of.ts";
import type { ConnectStep, OpenedDetail } from "./connection.ts";
import { detailOf, dialTls } from "./dial-tls.ts";
import { dialTcp } from "./dial-tcp.ts";
import { dialUdp } from "./dial-udp.ts";
import { dialUnix } from "./dial-unix.ts";
import type { Failure } from "./failure.ts";
import { RelpSession } from "./relp/relp-session.ts";
import { resendBytesOf } from "./resend-bytes.ts";
import type { Session, SessionEvents } from "./session.ts";
import { StreamSession } from "./stream-session.ts";
import type { TransportSettings } from "./transport-settings.ts";
import { UdpSession } from "./udp-session.ts";

/** A server that can be spoken to, and how. */
export type OpenSession = {
  readonly detail: OpenedDetail;
  readonly begin: (events: SessionEvents) => Session;
};

type Reached = (step: ConnectStep) => void;

/** Tries all addresses of a destination in turn, until one is as it should be. */
export async function openSession(
  settings: TransportSettings,
  signal: AbortSignal,
  reached: Reached,
): Promise<OpenSession | Failure> {
  const { place, connectMsMax } = settings;
  if ("path" in place) return openUnix(place.path, settings, signal, reached);
  const addresses = await addressesOf(place.host, connectMsMax);
  if ("reason" in addresses) return addresses;
  reached({ step: "resolved", addresses });
  const failures: (Failure & { readonly address: string })[] = [];
  for (const address of addresses) {
    const opened = await openAt({ ...place, address }, settings, signal, reached);
    if (!("reason" in opened) || signal.aborted) return opened;
    reached({ step: "failed", address, ...opened });
    failures.push({ ...opened, address });
  }
  const why = failures.map((failure) => `${failure.address}: ${failure.why}`).join("; ");
  return { reason: failures.at(-1)!.reason, why };
}

type Target = { readonly host: string; readonly address: string; readonly port: number };

async function openAt(
  target: Target,
  settings: TransportSettings,
  signal: AbortSignal,
  reached: Reached,
): Promise<OpenSession | Failure> {
  const { host, address, port } = target;
  const { transport } = settings;
  if (transport === "udp") {
    const socket = await dialUdp(address, port);
    if ("reason" in socket) return socket;
    return { detail: { address, port }, begin: (events) => new UdpSession(socket, events) };
  }
  const socket = await dialTcp(address, port, settings, signal);
  if ("reason" in socket) return socket;
  reached({ step: "connected", address, port });
  if (transport !== "tls" && transport !== "relp+tls") {
    return speakOver(socket, { address, port }, settings);
  }
  const secured = await dialTls(socket, host, settings.tls, settings.connectMsMax);
  if ("reason" in secured) return secured;
  const tls = detailOf(secured);
  reached({ step: "secured", tls });
  return speakOver(secured, { address, port, tls }, settings);
}

async function openUnix(
  path: string,
  settings: TransportSettings,
  signal: AbortSignal,
  reached: Reached,
): Promise<OpenSession | Failure> {
  const socket = await dialUnix(path, settings, signal);
  if ("reason" in socket) return socket;
  reached({ step: "connected", address: path });
  return speakOver(socket, { address: path }, settings);
}

async function speakOver(
  socket: Socket | TLSSocket,
  detail: OpenedDetail,
  settings: TransportSettings,
): Promise<OpenSession> {
  const { transport } = settings;
  if (transport === "relp" || transport === "relp+tls") {
    return { detail, begin: (events) => new RelpSession(socket, settings, events) };
  }
  const resendBytes = settings.resendBytes ?? (await resendBytesOf(transport));
  const options = { ...settings, resendBytes };
  return { detail, begin: (events) => new StreamSession(socket, options, events) };
}
