import type { Failure } from "./failure.ts";
import { plainText } from "./plain-text.ts";

type TlsError = {
  readonly code?: string | undefined;
  readonly message: string;
  /** Of OpenSSL, in words. */
  readonly reason?: string;
  /** Of a certificate for another name. */
  readonly host?: string;
  readonly cert?: { readonly subjectaltname?: string };
};

const untrusted = (why: string): Failure => ({ reason: "tls-untrusted", why });
const failed = (why: string): Failure => ({ reason: "tls-failed", why });

/** By the codes of Node, of OpenSSL's verification (X509_V_ERR_...) and of its alerts. */
const failures: Readonly<Record<string, Failure>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted("its certificate is signed by itself"),
  SELF_SIGNED_CERT_IN_CHAIN: untrusted("its certificate has an authority that is not trusted"),
  UNABLE_TO_GET_ISSUER_CERT: untrusted("an authority of its certificate is not known"),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted("the authority of its certificate is not known"),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted("the authority of its certificate is not known"),
  CERT_SIGNATURE_FAILURE: untrusted("its certificate was not signed by the authority it names"),
  CERT_REVOKED: untrusted("its certificate is revoked"),
  INVALID_CA: untrusted("its certificate is signed by one that is no authority"),
  INVALID_PURPOSE: untrusted("its certificate, or one behind it, is not for this use"),
  CERT_HAS_EXPIRED: { reason: "tls-date", why: "its certificate has expired" },
  CERT_NOT_YET_VALID: { reason: "tls-date", why: "its certificate is not valid yet" },
  ECONNRESET: failed("it closed while TLS was agreed on"),
  ETIMEDOUT: failed("TLS was not agreed on in time"),
  ERR_SSL_WRONG_VERSION_NUMBER: failed("it does not speak TLS"),
  ERR_SSL_PACKET_LENGTH_TOO_LONG: failed("it does not speak TLS"),
  ERR_SSL_UNSUPPORTED_PROTOCOL: failed("it has no TLS version that is safe enough"),
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: failed("it has no TLS version that is safe enough"),
  "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE": failed(
    "it found nothing that both sides can do, or it wants a certificate of this side",
  ),
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: failed("it wants a certificate of this side"),
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: failed("it does not trust the certificate of this side"),
  ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR: failed("it does not accept the certificate of this side"),
};

/** Why TLS was not agreed on, or broke. */
export function tlsFailure(error: TlsError): Failure {
  const { code = "", message, reason, host, cert } = error;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    const names = plainText(cert?.subjectaltname ?? "no name at all");
    return { reason: "tls-name", why: `its certificate is for ${names}, not for ${host}` };
  }
  // What OpenSSL's verification says and Node has no code for, as of keys that are too weak.
  if (code === "UNSPECIFIED") return untrusted(`its certificate is not good: ${message}`);
  return failures[code] ?? failed(reason ?? message);
}
