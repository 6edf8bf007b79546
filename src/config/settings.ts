import type { Destination } from "../forward/destination.ts";
import { parseAddress } from "../model/address.ts";
import { parseBytes } from "../model/byte-count.ts";
import { parseDuration } from "../model/duration.ts";
import { followUpPrefixDefault } from "../model/follow-up.ts";
import { type SourceSetting, sourceSettings } from "../model/source-setting.ts";
import { isPrefixTemplate, prefixCharactersMax } from "../model/prefix-template.ts";
import type { Network } from "../model/network.ts";
import { podInterfaceDefaults } from "../model/pod-interface.ts";
import { MICROS_PER_MINUTE } from "../model/time-unit.ts";
import { deniedPrefixDefaults } from "../model/verdict.ts";
import { parseListen } from "./listen-address.ts";
import { timezoneNames } from "./timezone-names.ts";

export const logLevels = ["debug", "info", "warn", "error"] as const;

/** Where the agent begins in a log that it has never seen, besides a duration such as 2h. */
export const agentStarts = ["start", "end"] as const;

/** What the program runs with: checked, complete, and read-only. Keys are those of the file. */
export type Settings = {
  readonly db: string;
  readonly node: string | undefined;
  readonly timezone: string;
  readonly deniedPrefixes: readonly string[];
  readonly prefixTemplate: string | undefined;
  readonly followUpPrefix: string;
  readonly logLevel: (typeof logLevels)[number];
  /** One of agentStarts, or a duration. */
  readonly from: string;
  readonly source: SourceSetting;
  /** HOST:PORT of the agent's HTTP server, or none. */
  readonly listen: string;
  /** Logs that the user named; empty when none were. */
  readonly files: readonly string[];
  /** Seconds that a renamed file must be quiet before it is closed. */
  readonly rotateWait: number;
  readonly keepMinutes: string;
  readonly keepHours: string;
  readonly keepDays: string;
  readonly databaseBytesMax: string;
  /** Flows that get a row of their own in a minute; the others fold. */
  readonly flowsPerMinuteMax: number;
  /** Whom messages go to. */
  readonly forward: readonly Destination[];
  /** Of which the denials of a flow are one message. */
  readonly forwardInterval: string;
  /** Lines from before the agent's first start are sent, too. */
  readonly forwardHistory: boolean;
  readonly spoolBytesMax: string;
  readonly keepSpool: string;
  /** Where kubelet keeps the logs of pods, or none. */
  readonly pods: string;
  /** Prefixes of the interfaces of pods. */
  readonly podInterfaces: readonly string[];
  readonly networks: readonly Network[];
  /** The node's own; empty for those of this machine, if pods run here. */
  readonly nodeAddresses: readonly string[];
  /** A person's own notes of flows. */
  readonly notes: string;
};

export type SettingName = keyof Settings;

/** Settings as somebody wrote them, unchecked. */
export type RawSettings = Partial<Record<SettingName, unknown>>;

/** What users may leave out. `db`, `notes` and `timezone` depend on the machine: load.ts. */
export const settingDefaults = {
  node: undefined,
  deniedPrefixes: deniedPrefixDefaults,
  prefixTemplate: undefined,
  followUpPrefix: followUpPrefixDefault,
  logLevel: "info",
  from: "start",
  source: "auto",
  listen: "127.0.0.1:9464",
  files: [],
  // rsyslog goes on writing to a renamed file until it is told.
  rotateWait: 60,
  keepMinutes: "7d",
  keepHours: "90d",
  keepDays: "400d",
  databaseBytesMax: "1GiB",
  flowsPerMinuteMax: 50_000,
  forward: [],
  forwardInterval: "1m",
  forwardHistory: false,
  spoolBytesMax: "256MiB",
  keepSpool: "7d",
  pods: "/var/log/pods",
  podInterfaces: podInterfaceDefaults,
  networks: [],
  nodeAddresses: [],
} as const satisfies Partial<Settings>;

/** Each rotated file is held open for so long. */
const rotateWaitSecondsMax = 3600;

const NODE_CHARACTERS_MAX = 253;
/** Attempts that are open and denials that are kept with their text need some of it. */
const DATABASE_BYTES_MIN = 8 * 1024 * 1024;
/** The store remembers the flows of some minutes: 40 bytes each. */
const FLOWS_PER_MINUTE_MAX = 1_000_000;
/** A commit adds some. */
const SPOOL_BYTES_MIN = 1024 * 1024;
const FORWARD_INTERVAL_MINUTES_MAX = 60;
/** The kernel takes 15 characters for a name, of which a hash is 11. */
const prefix = /^[\w.-]{1,4}$/;
const aDuration = "a duration such as 36h or 7d";

/** For each setting, whether a value will do, and what was expected when it does not. */
const checks: Readonly<Record<SettingName, readonly [(value: unknown) => boolean, string]>> = {
  db: [isText, "a path"],
  node: [
    (value) => value === undefined || (isText(value) && value.length <= NODE_CHARACTERS_MAX),
    `a name of at most ${NODE_CHARACTERS_MAX} characters`,
  ],
  timezone: [isTimezone, "an IANA time zone such as Europe/Berlin or UTC"],
  deniedPrefixes: [isTextList, "a list of prefixes, in which * stands for anything"],
  prefixTemplate: [
    (value) => value === undefined || (isText(value) && isPrefixTemplate(value)),
    "the LogPrefix of Felix, with %t (tier), %k (kind), %n (name) or %p (namespace/name) in it, " +
      `of at most ${prefixCharactersMax} characters`,
  ],
  followUpPrefix: [
    (value) => isText(value) && value.length <= prefixCharactersMax,
    `the LogConnectionTransitionsPrefix of Felix, of at most ${prefixCharactersMax} characters`,
  ],
  logLevel: [oneOf(logLevels), `one of ${logLevels.join(", ")}`],
  from: [
    (value) => oneOf(agentStarts)(value) || (isText(value) && parseDuration(value) !== undefined),
    `${agentStarts.join(", ")} or a duration such as 2h`,
  ],
  source: [oneOf(sourceSettings), `one of ${sourceSettings.join(", ")}`],
  listen: [
    (value) => isText(value) && parseListen(value) !== undefined,
    "HOST:PORT such as 127.0.0.1:9464 or [::1]:9464, or none",
  ],
  files: [(value) => isTextList(value) || isEmptyList(value), "a list of paths"],
  rotateWait: [
    (value) => typeof value === "number" && value >= 0 && value <= rotateWaitSecondsMax,
    `seconds from 0 to ${rotateWaitSecondsMax}`,
  ],
  keepMinutes: [isDuration, aDuration],
  keepHours: [isDuration, aDuration],
  keepDays: [isDuration, aDuration],
  databaseBytesMax: [
    (value) => isText(value) && (parseBytes(value) ?? 0) >= DATABASE_BYTES_MIN,
    "a size of at least 8MiB such as 512MiB or 1GiB",
  ],
  flowsPerMinuteMax: [
    (value) =>
      Number.isInteger(value) && Number(value) >= 1 && Number(value) <= FLOWS_PER_MINUTE_MAX,
    `a whole number from 1 to ${FLOWS_PER_MINUTE_MAX}`,
  ],
  forward: [Array.isArray, "a list of destinations"],
  forwardInterval: [
    isForwardInterval,
    `whole minutes from 1m to ${FORWARD_INTERVAL_MINUTES_MAX}m that an hour can be divided into`,
  ],
  forwardHistory: [(value) => typeof value === "boolean", "true or false"],
  spoolBytesMax: [
    (value) => isText(value) && (parseBytes(value) ?? 0) >= SPOOL_BYTES_MIN,
    "a size of at least 1MiB such as 256MiB",
  ],
  keepSpool: [isDuration, aDuration],
  pods: [isText, "a directory, or none"],
  podInterfaces: [
    (value) => isTextList(value) && (value as string[]).every((each) => prefix.test(each)),
    "a list of prefixes of at most 4 letters, digits and . _ -, such as cali",
  ],
  networks: [Array.isArray, '"name: CIDR" lines'],
  nodeAddresses: [
    (value) =>
      isEmptyList(value) ||
      (isTextList(value) && (value as string[]).every((each) => parseAddress(each) !== undefined)),
    "a list of addresses",
  ],
  notes: [isText, "a path"],
};

export const settingNames = Object.keys(checks) as readonly SettingName[];

export type Refusal = { readonly name: SettingName; readonly expected: string };

/** The settings, or the first that will not do. */
export function checkSettings(raw: RawSettings): Settings | Refusal {
  for (const name of settingNames) {
    const [isRight, expected] = checks[name];
    if (!isRight(raw[name])) return { name, expected };
  }
  // Each property was checked above, which the type checker cannot follow through a table.
  return raw as Settings;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isDuration(value: unknown): boolean {
  return isText(value) && parseDuration(value) !== undefined;
}

function isForwardInterval(value: unknown): boolean {
  const minutes = (isText(value) ? (parseDuration(value) ?? 0) : 0) / MICROS_PER_MINUTE;
  return minutes >= 1 && FORWARD_INTERVAL_MINUTES_MAX % minutes === 0;
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isText);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function oneOf(choices: readonly string[]): (value: unknown) => boolean {
  return (value) => typeof value === "string" && choices.includes(value);
}

function isTimezone(name: unknown): boolean {
  if (!isText(name)) return false;
  if (timezoneNames().has(name)) return true;
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
