/** Why a connection ended or was not made. */
export const closeReasons = [
  "resolve-failed",
  "connect-refused",
  "connect-timeout",
  "connect-failed",
  "tls-untrusted",
  "tls-name",
  "tls-date",
  "tls-fingerprint",
  "tls-failed",
  "open-refused",
  "peer-closed",
  "reset",
  "stalled",
  "no-acknowledgement",
  "protocol",
  "ended",
] as const;
export type CloseReason = (typeof closeReasons)[number];

/** What to look at, for people. */
export const closeReasonAdvice: Readonly<Record<CloseReason, string>> = {
  "resolve-failed": "The name is not known here: look at its spelling and at the name server",
  "connect-refused": "Nothing listens there: look at the port, and whether the server runs",
  "connect-timeout": "Nobody answers: look at the address, and at firewalls on the way",
  "connect-failed": "The system could not connect: look at routes, and at the rights of a socket",
  "tls-untrusted": "Whoever signed the certificate is not trusted: look at the authorities given",
  "tls-name": "The certificate is for another name: look at the host, or give the server's name",
  "tls-date": "The certificate is not valid now: renew it, or look at the clocks",
  "tls-fingerprint": "Another certificate than the pinned one: renewed, or somebody in between",
  "tls-failed": "TLS was not agreed on: does the port speak TLS, does it want a certificate",
  "open-refused": "The server speaks RELP, but does not take syslog messages over it",
  "peer-closed": "The server closed: it ended, it takes no more, or it expects another framing",
  reset: "The connection broke: the server was killed, or something in between cut it",
  stalled: "The server takes nothing any more: it hangs, or waits for its disk or its outputs",
  "no-acknowledgement": "The server does not acknowledge: it hangs, or waits for its disk",
  protocol: "The answer is no RELP: is this another kind of port",
  ended: "Ended by this side, in good order",
};
