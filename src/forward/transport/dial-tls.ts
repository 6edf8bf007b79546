import { isIP, type Socket } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { TlsDetail } from "./connection.ts";
import type { Failure } from "./failure.ts";
import { formatFingerprint, parseFingerprint } from "./fingerprint.ts";
import { plainText } from "./plain-text.ts";
import { socketReady } from "./socket-ready.ts";
import { tlsFailure } from "./tls-failure.ts";
import type { TlsSettings } from "./transport-settings.ts";

/**
 * Makes a connection private. It is given only when the server is the one that was asked for: until
 * then nobody has it who could send anything. There is no session to resume, so that no early data
 * (RFC 8446 section 2.3) can leave.
 */
export async function dialTls(
  socket: Socket,
  host: string,
  settings: TlsSettings,
  msMax: number,
): Promise<TLSSocket | Failure> {
  const name = settings.serverName ?? host;
  const options: ConnectionOptions = {
    socket,
    host: name,
    ...(isIP(name) === 0 ? { servername: name } : {}),
    minVersion: "TLSv1.2",
    rejectUnauthorized: settings.verify === "name",
    ca: settings.ca,
    cert: settings.cert,
    key: settings.key,
  };
  let secured: TLSSocket;
  try {
    secured = connect(options);
  } catch (error) {
    socket.destroy();
    return { reason: "tls-failed", why: `own certificate or key: ${(error as Error).message}` };
  }
  const error = await socketReady(secured, "secureConnect", msMax);
  if (error !== undefined) return tlsFailure(error);
  const failure = pinFailure(secured, settings);
  if (failure === undefined) return secured;
  secured.destroy();
  return failure;
}

function pinFailure(socket: TLSSocket, { verify }: TlsSettings): Failure | undefined {
  if (verify === "name" || verify === "none") return undefined;
  const { fingerprint } = detailOf(socket);
  if (verify.fingerprints.some((pinned) => parseFingerprint(pinned) === fingerprint)) {
    return undefined;
  }
  const why = `its certificate has the fingerprint ${fingerprint}, which is not a pinned one`;
  return { reason: "tls-fingerprint", why };
}

export function detailOf(socket: TLSSocket): TlsDetail {
  const certificate = socket.getPeerCertificate();
  const { subject, subjectaltname = "", fingerprint256, valid_to: validTo } = certificate;
  const names: string | readonly string[] | undefined = subject.CN;
  const [common] = [names].flat();
  return {
    protocol: socket.getProtocol() ?? "",
    cipher: socket.getCipher().name,
    peerName: plainText(common ?? subjectaltname.split(", ", 1)[0]!.replace(/^[^:]*:/, "")),
    fingerprint: formatFingerprint(fingerprint256),
    validTo,
  };
}
