import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { closestMatch } from "leven";
import { parseDestinations } from "./destinations.ts";
import { readNetworks } from "./networks.ts";
import { resolveReference } from "./secrets.ts";
import {
  checkSettings,
  type RawSettings,
  type SettingName,
  type Settings,
  settingDefaults,
  settingNames,
} from "./settings.ts";
import { systemTimezone } from "./system-timezone.ts";
import { readYaml } from "./yaml-file.ts";

const CONFIG_PATH = "/etc/denyscope/config.yaml";
const DISTANCE_MAX = 3;

/** The environment variable of each setting; lists are separated by commas. */
export const environmentNames: Readonly<Record<SettingName, string>> = {
  db: "DENYSCOPE_DB",
  node: "DENYSCOPE_NODE",
  timezone: "DENYSCOPE_TIMEZONE",
  deniedPrefixes: "DENYSCOPE_DENIED_PREFIXES",
  prefixTemplate: "DENYSCOPE_PREFIX_TEMPLATE",
  followUpPrefix: "DENYSCOPE_FOLLOW_UP_PREFIX",
  logLevel: "DENYSCOPE_LOG_LEVEL",
  from: "DENYSCOPE_FROM",
  source: "DENYSCOPE_SOURCE",
  listen: "DENYSCOPE_LISTEN",
  files: "DENYSCOPE_FILES",
  rotateWait: "DENYSCOPE_ROTATE_WAIT",
  keepMinutes: "DENYSCOPE_KEEP_MINUTES",
  keepHours: "DENYSCOPE_KEEP_HOURS",
  keepDays: "DENYSCOPE_KEEP_DAYS",
  databaseBytesMax: "DENYSCOPE_DATABASE_BYTES_MAX",
  flowsPerMinuteMax: "DENYSCOPE_FLOWS_PER_MINUTE_MAX",
  forward: "DENYSCOPE_FORWARD",
  forwardInterval: "DENYSCOPE_FORWARD_INTERVAL",
  forwardHistory: "DENYSCOPE_FORWARD_HISTORY",
  spoolBytesMax: "DENYSCOPE_SPOOL_BYTES_MAX",
  keepSpool: "DENYSCOPE_KEEP_SPOOL",
  pods: "DENYSCOPE_PODS",
  podInterfaces: "DENYSCOPE_POD_INTERFACES",
  networks: "DENYSCOPE_NETWORKS",
  nodeAddresses: "DENYSCOPE_NODE_ADDRESSES",
  notes: "DENYSCOPE_NOTES",
};

/** How a user names each setting on the command line, for messages. */
export const flagNames: Readonly<Record<SettingName, string>> = {
  db: "--db",
  node: "--node",
  timezone: "--timezone",
  deniedPrefixes: "--denied-prefix",
  prefixTemplate: "--prefix-template",
  followUpPrefix: "--follow-up-prefix",
  logLevel: "--log-level",
  from: "--from",
  source: "--source",
  listen: "--listen",
  files: "FILE",
  rotateWait: "--rotate-wait",
  keepMinutes: "--keep-minutes",
  keepHours: "--keep-hours",
  keepDays: "--keep-days",
  databaseBytesMax: "--database-bytes-max",
  flowsPerMinuteMax: "--flows-per-minute-max",
  forward: "--forward",
  forwardInterval: "--forward-interval",
  forwardHistory: "--forward-history",
  spoolBytesMax: "--spool-bytes-max",
  keepSpool: "--keep-spool",
  pods: "--pods",
  podInterfaces: "--pod-interface",
  networks: "--networks",
  nodeAddresses: "--node-address",
  notes: "--notes",
};

const lists: readonly SettingName[] = ["deniedPrefixes", "files", "podInterfaces", "nodeAddresses"];
const switches: readonly SettingName[] = ["forwardHistory"];
const numbers: readonly SettingName[] = ["rotateWait", "flowsPerMinuteMax"];

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Flags over environment over file over defaults.
 *
 * @throws RangeError that names the setting, what it has, and what was expected.
 */
export async function loadSettings(
  flags: RawSettings,
  environment: Environment,
  configPath: string | undefined,
): Promise<Settings> {
  const raw: RawSettings = {
    db: defaultDatabase(environment),
    notes: defaultNotes(environment),
    timezone: systemTimezone(environment["TZ"]),
    ...settingDefaults,
    ...(await fromFile(namedConfig(environment, configPath))),
    ...fromEnvironment(environment),
    ...withoutUndefined(flags),
  };
  raw.forward = parseDestinations(raw.forward, (text) => resolveReference(text, environment));
  raw.networks = await readNetworks(raw.networks);
  const settings = checkSettings(raw);
  if (!("expected" in settings)) return settings;
  const { name, expected } = settings;
  throw new RangeError(
    `Cannot use ${JSON.stringify(raw[name])} for ${flagNames[name]} (${name} in a file, ` +
      `${environmentNames[name]} in the environment): expected ${expected}`,
  );
}

/** The configuration file that settings come from, whether it is there or not. */
export function configFileOf(environment: Environment, configPath: string | undefined): string {
  return namedConfig(environment, configPath) ?? CONFIG_PATH;
}

function namedConfig(environment: Environment, configPath: string | undefined): string | undefined {
  return configPath ?? environment["DENYSCOPE_CONFIG"];
}

function defaultDatabase(environment: Environment): string {
  if (process.getuid?.() === 0) return "/var/lib/denyscope/denyscope.db";
  const state = environment["XDG_STATE_HOME"] ?? join(homeFolder(), ".local", "state");
  return join(state, "denyscope", "denyscope.db");
}

function defaultNotes(environment: Environment): string {
  const data = environment["XDG_DATA_HOME"] ?? join(homeFolder(), ".local", "share");
  return join(data, "denyscope", "notes.yaml");
}

/** A user of a container may be a number and nothing else, without a home. */
function homeFolder(): string {
  try {
    return homedir();
  } catch {
    return "/";
  }
}

function fromEnvironment(environment: Environment): RawSettings {
  const raw: RawSettings = {};
  for (const [setting, name] of Object.entries(environmentNames) as [SettingName, string][]) {
    const value = environment[name];
    if (value === undefined || value === "") continue;
    raw[setting] = fromText(setting, value);
  }
  return raw;
}

function fromText(setting: SettingName, text: string): unknown {
  // A URL may hold commas.
  if (setting === "forward") return text.trim().split(/\s+/);
  if (switches.includes(setting)) return text === "true" ? true : text === "false" ? false : text;
  if (lists.includes(setting)) return text.split(",").map((part) => part.trim());
  // What is no number stays text, for the message that refuses it.
  return numbers.includes(setting) && text.trim() !== "" && !Number.isNaN(Number(text))
    ? Number(text)
    : text;
}

/** The file is there by choice: only the one that was named must exist. */
async function fromFile(configPath: string | undefined): Promise<RawSettings> {
  const path = configPath ?? CONFIG_PATH;
  if (configPath === undefined && !existsSync(path)) return {};
  const content = await readYaml("configuration", path);
  if (content === null || content === undefined) return {};
  if (typeof content !== "object" || Array.isArray(content)) {
    throw new RangeError(`Cannot use configuration "${path}": expected "key: value" lines`);
  }
  const known = settingNames;
  for (const key of Object.keys(content)) {
    if ((known as readonly string[]).includes(key)) continue;
    const close = closestMatch(key, known, { maxDistance: DISTANCE_MAX });
    throw new RangeError(
      `Cannot use configuration "${path}": unknown key "${key}"; ` +
        (close === undefined ? `expected one of ${known.join(", ")}` : `did you mean "${close}"?`),
    );
  }
  return content;
}

function withoutUndefined(flags: RawSettings): RawSettings {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
}
