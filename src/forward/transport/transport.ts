/** How messages reach a destination, as the scheme of its URL says. */
export const transports = ["udp", "tcp", "tls", "relp", "relp+tls", "unix"] as const;
export type Transport = (typeof transports)[number];

/** How a stream is divided into messages (RFC 6587): by a count of bytes, or by line feeds. */
export const framings = ["octet", "lf"] as const;
export type Framing = (typeof framings)[number];
