import { type Command, InvalidArgumentError, Option } from "commander";
import type { Settings } from "../config/settings.ts";
import { parseTerm, type Term, type TermName } from "../model/filter-term.ts";
import type { Question } from "../query/question.ts";
import { type TopDimension, topDimensions } from "../query/top.ts";
import { type Moment, parseMoment } from "../query/window.ts";
import type { CommandContext } from "./context.ts";
import type { Output } from "./output/answer-text.ts";
import { addSettingOptions, namingOptions, prefixOptions, settingsOf } from "./setting-options.ts";

const termOptions: readonly (readonly [TermName, string, string])[] = [
  ["from-ip", "<cidr>", "source address or block"],
  ["to-ip", "<cidr>", "destination address or block"],
  ["to-port", "<port>", "destination port"],
  ["protocol", "<name>", "protocol name or number"],
  ["direction", "<direction>", "ingress, egress, local, host-ingress, host-egress or forward"],
  ["prefix", "<text>", "LOG prefix"],
  ["policy", "<name>", "policy that the LOG prefix names: name or namespace/name"],
  ["node", "<name>", "node"],
  ["pod", "<name>", "pod at either side: name or namespace/name"],
  ["namespace", "<name>", "namespace at either side"],
  ["workload", "<name>", "workload at either side: name or namespace/name"],
  ["network", "<name>", "network at either side, or a class such as private or public"],
  ["from-pod", "<name>", "pod at the source"],
  ["to-pod", "<name>", "pod at the destination"],
  ["from-namespace", "<name>", "namespace of the source"],
  ["to-namespace", "<name>", "namespace of the destination"],
  ["from-workload", "<name>", "workload of the source"],
  ["to-workload", "<name>", "workload of the destination"],
  ["from-network", "<name>", "network of the source"],
  ["to-network", "<name>", "network of the destination"],
];

const shortFlags: Readonly<Partial<Record<TermName, string>>> = { namespace: "-n, " };

/** What decides how lines are read: of use with --log only, for a database was read before. */
export const readingFlags = [
  "timezone",
  "deniedPrefix",
  "prefixTemplate",
  "followUpPrefix",
  "pods",
] as const satisfies readonly (keyof QueryFlags)[];

/** The settings that a query needs; its other flags, --node among them, are filters. */
export function querySettings(context: CommandContext, flags: QueryFlags): Promise<Settings> {
  const { db, config, networks, podInterface } = flags;
  const reading = Object.fromEntries(readingFlags.map((name) => [name, flags[name]]));
  return settingsOf(context, { db, config, networks, podInterface, ...reading });
}

/** What the flags of a query were read into; one for each command line. */
export type QueryFlags = {
  readonly db?: string;
  readonly log?: readonly string[];
  readonly timezone?: string;
  readonly deniedPrefix?: readonly string[];
  readonly prefixTemplate?: string;
  readonly followUpPrefix?: string;
  readonly pods?: string;
  readonly podInterface?: readonly string[];
  readonly networks?: string;
  readonly config?: string;
  readonly since?: Moment;
  readonly until?: Moment;
  readonly limit?: number;
  readonly output: string;
};

/** Of a query that prints its answer in one of the usual forms. */
export type AnswerFlags = QueryFlags & { readonly output: Output };

const LIMIT_DEFAULT = 20;

/**
 * Adds the flags that all queries share. `--not` negates the filter that follows it, so the terms
 * are collected in the order of the command line.
 */
export function addQueryOptions(
  command: Command,
  context: CommandContext,
): (flags: QueryFlags) => Question {
  const terms: Term[] = [];
  let negatesNext = false;
  command.option("--log <file...>", "logs and archives to answer from instead of a database");
  addSettingOptions(command, ["db", "timezone", ...prefixOptions, "pods", ...namingOptions])
    .option("--since <time>", "from here on: a duration or an RFC 3339 time", moment("--since"))
    .option("--until <time>", "up to here: a duration or an RFC 3339 time", moment("--until"))
    .option("--not", "negate the filter that follows")
    .on("option:not", () => {
      negatesNext = true;
    });
  for (const [name, argument, help] of termOptions) {
    const read = (text: string, before: Term[] = []) => {
      const term = parseTerm(name, text, negatesNext);
      negatesNext = false;
      terms.push(term);
      return [...before, term];
    };
    command.addOption(
      new Option(`${shortFlags[name] ?? ""}--${name} ${argument}`, help).argParser(read),
    );
  }
  return ({ since, until, limit: rows, output }) => {
    if (negatesNext) throw new RangeError("Cannot negate nothing: expected a filter after --not");
    const isForPeople = output === "table" || output === "wide";
    const most = rows ?? (isForPeople ? LIMIT_DEFAULT : 0);
    return { since, until, terms, limit: most === 0 ? undefined : most, now: context.now() };
  };
}

export function limitOption(): Option {
  const help = `rows at most, 0 for all (default: ${LIMIT_DEFAULT} in a table, else all)`;
  return new Option("--limit <n>", help).argParser(wholeNumber);
}

/** `--group-by src,port` or `--group-by src --group-by port`. */
export function groupByOption(help: string): Option {
  const read = (text: string, before: readonly TopDimension[] = []) => [
    ...before,
    ...text.split(",").map(dimension),
  ];
  return new Option("--group-by <dimension>", help).argParser(read);
}

function dimension(text: string): TopDimension {
  const found = topDimensions.find((each) => each === text);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`expected one of ${topDimensions.join(", ")}`);
}

export function outputOption(choices: readonly string[]): Option {
  return new Option("-o, --output <format>", "output format").choices(choices).default("table");
}

function moment(flag: string): (text: string) => Moment {
  return (text) => parseMoment(flag, text);
}

export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a whole number, 0 for all");
}
