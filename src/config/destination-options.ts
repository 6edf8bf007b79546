import { facilities, type Facility } from "../forward/message/facility.ts";
import {
  MESSAGE_BYTES_LIMIT,
  MESSAGE_BYTES_MIN,
  messageFormats,
  type SdElement,
} from "../forward/message/message-settings.ts";
import { parseFingerprint } from "../forward/transport/fingerprint.ts";
import { framings } from "../forward/transport/transport.ts";
import { parseBytes } from "../model/byte-count.ts";
import { parseFilter } from "../model/filter-words.ts";
import type { DestinationDraft } from "./destination-draft.ts";

/** Gives what `env:NAME` and `file:PATH` stand for. */
export type Resolve = (reference: string) => string;

type Reading = {
  readonly resolve: Resolve;
  /** An error that names the destination and the option. */
  readonly refuse: (reason: string) => RangeError;
};

export type DestinationOption = {
  /** Takes a value into the draft; gives it as others may see it. */
  readonly read: (draft: DestinationDraft, value: string, reading: Reading) => string;
};

/** Names are read by people, and stand in metrics. */
const NAME_CHARACTERS_MAX = 64;
/** Private enterprise numbers have no more digits (IANA). */
const ENTERPRISE_MAX = 0xff_ff_ff;
const WINDOW_MAX = 10_000;
/** Literal values of these are secrets; others are by being references. */
const secretNames = /key|token|secret|password|credential/i;

const sendings = {
  events: { events: true, flows: false },
  flows: { events: false, flows: true },
  both: { events: true, flows: true },
} as const;

/** Every option of a destination, by its name in a URL or a configuration file. */
export const destinationOptions: Readonly<Record<string, DestinationOption | undefined>> = {
  name: plain((draft, name, { refuse }) => {
    if (name.length > NAME_CHARACTERS_MAX || !/^[\w.:@/-]+$/.test(name)) {
      throw refuse(
        `"${name}": expected at most ${NAME_CHARACTERS_MAX} letters, digits and . : @ / _ -`,
      );
    }
    draft.name = name;
  }),
  send: choice(Object.keys(sendings), (draft, value) => {
    draft.sends = { ...draft.sends, ...sendings[value as keyof typeof sendings] };
  }),
  notices: yesOrNo((draft, notices) => {
    draft.sends = { ...draft.sends, notices };
  }),
  filter: plain((draft, value, { refuse }) => {
    try {
      draft.filter = parseFilter(value);
    } catch (error) {
      throw refuse(`"${value}": ${(error as Error).message}`);
    }
  }),
  format: choice(messageFormats, (draft, value) => {
    const format = messageFormats.find((each) => each === value)!;
    draft.message = { ...draft.message, format };
  }),
  facility: choice(Object.keys(facilities), (draft, value) => {
    draft.message = { ...draft.message, facility: value as Facility };
  }),
  enterprise: number(1, ENTERPRISE_MAX, (draft, enterprise) => {
    draft.message = { ...draft.message, enterprise };
  }),
  element: { read: readElement },
  messageBytesMax: number(MESSAGE_BYTES_MIN, MESSAGE_BYTES_LIMIT, (draft, messageBytesMax) => {
    draft.message = { ...draft.message, messageBytesMax };
  }),
  names: yesOrNo((draft, names) => {
    draft.message = { ...draft.message, names };
  }),
  framing: choice(framings, (draft, value) => {
    draft.framing = framings.find((each) => each === value)!;
  }),
  window: number(1, WINDOW_MAX, (draft, window) => {
    draft.limits = { ...draft.limits, window };
  }),
  resendBytes: plain((draft, value, { refuse }) => {
    const resendBytes = parseBytes(value);
    if (resendBytes === undefined) throw refuse(`"${value}": expected a size such as 8MiB`);
    draft.limits = { ...draft.limits, resendBytes };
  }),
  ca: file((draft, ca) => {
    draft.tls = { ...draft.tls, ca };
  }),
  cert: file((draft, cert) => {
    draft.tls = { ...draft.tls, cert };
  }),
  key: file((draft, key) => {
    draft.tls = { ...draft.tls, key };
  }),
  serverName: plain((draft, serverName) => {
    draft.tls = { ...draft.tls, serverName };
  }),
  fingerprint: plain((draft, value, { refuse }) => {
    const fingerprint = parseFingerprint(value);
    if (fingerprint === undefined) {
      throw refuse(`"${value}": expected the SHA-256 of a certificate, in hex`);
    }
    const { verify } = draft.tls;
    const before = typeof verify === "object" ? verify.fingerprints : [];
    draft.tls = { ...draft.tls, verify: { fingerprints: [...before, fingerprint] } };
  }),
  verify: choice(["name", "none"], (draft, value) => {
    draft.tls = { ...draft.tls, verify: value === "none" ? "none" : "name" };
  }),
  secretsInClear: yesOrNo((draft, value) => {
    draft.allowsSecretsInClear = value;
  }),
};

function plain(
  take: (draft: DestinationDraft, value: string, reading: Reading) => void,
): DestinationOption {
  return {
    read: (draft, value, reading) => {
      take(draft, value, reading);
      return value;
    },
  };
}

function choice(
  values: readonly string[],
  take: (draft: DestinationDraft, value: string) => void,
): DestinationOption {
  return plain((draft, value, { refuse }) => {
    if (!values.includes(value)) throw refuse(`"${value}": expected one of ${values.join(", ")}`);
    take(draft, value);
  });
}

function yesOrNo(take: (draft: DestinationDraft, value: boolean) => void): DestinationOption {
  return choice(["yes", "no"], (draft, value) => take(draft, value === "yes"));
}

function number(
  min: number,
  max: number,
  take: (draft: DestinationDraft, value: number) => void,
): DestinationOption {
  return plain((draft, value, { refuse }) => {
    const count = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (!(count >= min && count <= max)) {
      throw refuse(`"${value}": expected a whole number from ${min} to ${max}`);
    }
    take(draft, count);
  });
}

function file(take: (draft: DestinationDraft, text: string) => void): DestinationOption {
  return plain((draft, path, { resolve }) => take(draft, resolve(`file:${path}`)));
}

/** `logdna@48950 key=env:LOGDNA_KEY tags=a,b`: the identifier of an SD-ELEMENT and its values. */
function readElement(draft: DestinationDraft, text: string, { resolve, refuse }: Reading): string {
  const [id = "", ...parts] = text
    .trim()
    .replace(/^\[|\]$/g, "")
    .split(/\s+/);
  const isName = (name: string) => /^[!#-<>-\\^-~]{1,32}$/.test(name);
  const read = parts.map((part) => {
    const [name = "", quoted = ""] = part.split(/=(.*)/s, 2);
    return { name, value: quoted.replace(/^"(.*)"$/, "$1") };
  });
  if (!isName(id) || read.length === 0 || !read.every(({ name }) => isName(name))) {
    throw refuse(
      `"${id} ...": expected an identifier and values, such as ` +
        "logdna@48950 key=env:LOGDNA_KEY tags=calico",
    );
  }
  const params = read.map(({ name, value }): [string, string] => {
    const isReference = /^(env|file):/.test(value);
    if (isReference || secretNames.test(name)) draft.secrets.push(`"${name}" of ${id}`);
    return [name, isReference ? resolve(value) : value];
  });
  const element: SdElement = { id, params };
  draft.message = { ...draft.message, elements: [...draft.message.elements, element] };
  const shown = read.map(({ name, value }) => {
    const isHidden = secretNames.test(name) && !/^(env|file):/.test(value);
    return `${name}=${isHidden ? "(secret)" : value}`;
  });
  return [id, ...shown].join(" ");
}
