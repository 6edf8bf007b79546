import type { Facility } from "./facility.ts";

export const messageFormats = ["rfc5424", "rfc3164", "json", "cef", "raw"] as const;
export type MessageFormat = (typeof messageFormats)[number];

/** Every receiver takes as much (RFC 5424 section 6.1). */
export const MESSAGE_BYTES_MIN = 480;
/** rsyslog cuts longer ones, acknowledges them all the same, and imtcp makes two of one. */
export const MESSAGE_BYTES_LIMIT = 8096;

/** An SD-ELEMENT of RFC 5424 section 6.3; values are plain text, not escaped. */
export type SdElement = {
  readonly id: string;
  readonly params: readonly (readonly [name: string, value: string])[];
};

export type MessageSettings = {
  readonly format: MessageFormat;
  readonly facility: Facility;
  /** The private enterprise number (IANA) of the element `denyscope@NUMBER`. */
  readonly enterprise: number;
  /** What stands behind denyscope's own elements: a receiver's key, for example. */
  readonly elements: readonly SdElement[];
  /** Of a whole message; RFC 3164 has a limit of its own besides. */
  readonly messageBytesMax: number;
  /** Whether the names of endpoints are sent. */
  readonly names: boolean;
  /** denyscope's own, which CEF asks for. */
  readonly version: string;
};

export const messageDefaults: Omit<MessageSettings, "version"> = {
  format: "rfc5424",
  facility: "local0",
  // For documentation (RFC 5612): an organisation has its own.
  enterprise: 32_473,
  elements: [],
  // RFC 5424 section 6.1: every receiver should take as much.
  messageBytesMax: 2048,
  names: true,
};
