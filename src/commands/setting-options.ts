import { type Command, Option } from "commander";
import { sourceSettings } from "../model/source-setting.ts";
import {
  logLevels,
  type RawSettings,
  type SettingName,
  type Settings,
} from "../config/settings.ts";
import type { CommandContext } from "./context.ts";

const options: Readonly<Record<Exclude<SettingName, "files">, () => Option>> = {
  db: () => new Option("--db <path>", "database to use"),
  node: () => new Option("--node <name>", "node that the lines come from"),
  timezone: () =>
    new Option("--timezone <zone>", "zone of time stamps that name none (default: the system's)"),
  deniedPrefixes: () =>
    new Option(
      "--denied-prefix <glob>",
      "LOG prefix that means denied, repeatable (default: calico-packet*, calico-drop*)",
    ).argParser(oneMore),
  prefixTemplate: () =>
    new Option(
      "--prefix-template <text>",
      'LogPrefix of Felix that names policies, such as "calico-packet %t %k %n"',
    ),
  followUpPrefix: () =>
    new Option(
      "--follow-up-prefix <text>",
      "LogConnectionTransitionsPrefix of Felix (default: calico-response)",
    ),
  logLevel: () => new Option("--log-level <level>", "least level to log").choices(logLevels),
  from: () =>
    new Option(
      "--from <where>",
      "where to begin in a log never seen before: start, end, or a duration such as 2h, which " +
        "reaches into rotated files (default: start)",
    ),
  rotateWait: () =>
    new Option(
      "--rotate-wait <seconds>",
      "how long a renamed file must be quiet before it is closed (default: 60)",
    ).argParser(numberOf),
  source: () =>
    new Option(
      "--source <kind>",
      "where lines come from when no file is named (default: auto)",
    ).choices(sourceSettings),
  listen: () =>
    new Option(
      "--listen <host:port>",
      "where /metrics, /livez and /readyz are served, or none (default: 127.0.0.1:9464)",
    ),
  keepMinutes: () => new Option("--keep-minutes <duration>", "keep counts of minutes (7d)"),
  keepHours: () => new Option("--keep-hours <duration>", "keep counts of hours (90d)"),
  keepDays: () => new Option("--keep-days <duration>", "keep counts of days (400d)"),
  databaseBytesMax: () =>
    new Option("--database-bytes-max <size>", "size at which the oldest counts go (1GiB)"),
  flowsPerMinuteMax: () =>
    new Option(
      "--flows-per-minute-max <number>",
      "flows that are told apart in a minute; more are counted as other (default: 50000)",
    ).argParser(numberOf),
  forward: () =>
    new Option(
      "--forward <url>",
      "send what is denied there, such as relp+tls://logs.example:2514; again for more",
    ).argParser(oneMore),
  forwardInterval: () =>
    new Option("--forward-interval <duration>", "of which a flow's denials are one message (1m)"),
  forwardHistory: () =>
    new Option("--forward-history", "send lines from before the agent's first start, too"),
  spoolBytesMax: () =>
    new Option("--spool-bytes-max <size>", "size at which the oldest messages go (256MiB)"),
  keepSpool: () => new Option("--keep-spool <duration>", "keep messages that wait (7d)"),
  pods: () =>
    new Option(
      "--pods <directory>",
      "where kubelet keeps the logs of pods, which tell their names, or none (/var/log/pods)",
    ),
  podInterfaces: () =>
    new Option(
      "--pod-interface <prefix>",
      "prefix of the interfaces of pods, repeatable (default: cali, eni, gke, azv)",
    ).argParser(oneMore),
  networks: () =>
    new Option(
      "--networks <file>",
      'names of blocks of addresses, in YAML: "office: 192.0.2.0/24"',
    ),
  nodeAddresses: () =>
    new Option(
      "--node-address <address>",
      "the node's own, repeatable (default: this machine's, if pods run here)",
    ).argParser(oneMore),
  notes: () =>
    new Option(
      "--notes <path>",
      "your own notes of flows (default: ~/.local/share/denyscope/notes.yaml)",
    ),
};

/** Who is sent what the agent counts. */
export const forwardOptions = [
  "forward",
  "forwardInterval",
  "forwardHistory",
  "spoolBytesMax",
  "keepSpool",
] as const;

/** What decides which lines are denials, and what their prefixes say. */
export const prefixOptions = ["deniedPrefixes", "prefixTemplate", "followUpPrefix"] as const;

/** Where the names of pods and of the node come from. */
export const podOptions = ["pods", "nodeAddresses"] as const;

/** What else decides how endpoints are called. */
export const namingOptions = ["podInterfaces", "networks"] as const;

/** How long an agent keeps what. */
export const retentionOptions = [
  "keepMinutes",
  "keepHours",
  "keepDays",
  "databaseBytesMax",
] as const;

const attributes: Readonly<Record<string, SettingName>> = {
  deniedPrefix: "deniedPrefixes",
  podInterface: "podInterfaces",
  nodeAddress: "nodeAddresses",
};

/** Adds the flags of some settings, and --config, to a command. */
export function addSettingOptions(
  command: Command,
  names: readonly (keyof typeof options)[],
): Command {
  for (const name of names) command.addOption(options[name]());
  return command.option("--config <path>", "configuration file (/etc/denyscope/config.yaml)");
}

/** The settings of a run, from what commander read of the command line. */
export function settingsOf(
  context: CommandContext,
  flags: Readonly<Record<string, unknown>>,
  more: RawSettings = {},
): Promise<Settings> {
  const raw: RawSettings = { ...more };
  for (const [attribute, value] of Object.entries(flags)) {
    const name = attributes[attribute] ?? attribute;
    if (name in options) raw[name as SettingName] = value;
  }
  const { config } = flags;
  return context.settings(raw, typeof config === "string" ? config : undefined);
}

function oneMore(value: string, values: readonly string[] | undefined): readonly string[] {
  return [...(values ?? []), value];
}

/** What is no number stays text, for the message that refuses it. */
function numberOf(text: string): number | string {
  return Number.isNaN(Number(text)) ? text : Number(text);
}
