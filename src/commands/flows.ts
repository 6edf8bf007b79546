import type Database from "better-sqlite3";
import { Command, Option } from "commander";
import {
  type Flow,
  type FlowsAnswer,
  type FlowSort,
  flowSorts,
  queryFlows,
} from "../query/flows.ts";
import type { Question } from "../query/question.ts";
import { queryTop, type TopDimension, type TopSort, topSorts } from "../query/top.ts";
import { ask } from "./ask.ts";
import type { CommandContext } from "./context.ts";
import { answerHead, leftOut } from "./output/answer-head.ts";
import { type AnswerForms, answerText, outputs } from "./output/answer-text.ts";
import { endpointCells, endpointTitles } from "./output/endpoint-csv.ts";
import { destinationText, portText, sourceText } from "../query/output/flow-text.ts";
import { type Column, renderTable } from "./output/table.ts";
import { topForms } from "./output/top-forms.ts";
import { count, shortTime } from "../query/output/wording.ts";
import {
  addQueryOptions,
  groupByOption,
  limitOption,
  outputOption,
  type AnswerFlags,
} from "./query-options.ts";
import { isOneOf } from "../model/is-one-of.ts";

/** Fields of a flow in the order of the documentation: the columns of CSV. */
const csvFields = [
  "src",
  "dst",
  "protocol",
  "dstPort",
  "icmpType",
  "icmpCode",
  "direction",
  "in",
  "out",
  "prefix",
  "policy",
  "tier",
  "kind",
  "node",
  "packets",
  "attempts",
  "bytes",
  "firstSeen",
  "lastSeen",
  "tcpFlags",
  "policyCut",
  "established",
  "reset",
  "icmpError",
  "other",
  "sources",
  "sourcesError",
  "portName",
  "icmpName",
  "inKind",
  "outKind",
] as const satisfies readonly (keyof Flow)[];

const address = { widthMin: 15 };

const columns: readonly Column<Flow>[] = [
  { title: "SOURCE", value: sourceText, ...address },
  { title: "DESTINATION", value: destinationText, ...address },
  { title: "PORT", value: portText },
  { title: "DIRECTION", value: ({ direction }) => direction ?? "", rank: 2 },
  { title: "PACKETS", value: ({ packets }) => count(packets), align: "right" },
  { title: "ATTEMPTS", value: ({ attempts }) => count(attempts), align: "right", rank: 3 },
  { title: "FIRST SEEN", value: ({ firstSeen }) => shortTime(firstSeen), rank: 4 },
  { title: "LAST SEEN", value: ({ lastSeen }) => shortTime(lastSeen), rank: 1 },
];

const wideColumns: readonly Column<Flow>[] = [
  ...columns,
  { title: "SERVICE", value: ({ portName, icmpName }) => portName ?? icmpName ?? "", rank: 6 },
  { title: "IN", value: (flow) => flow.in ?? "", rank: 5 },
  { title: "OUT", value: (flow) => flow.out ?? "", rank: 5 },
  { title: "FLAGS", value: ({ tcpFlags }) => tcpFlags?.join(",") ?? "", rank: 6 },
  { title: "NODE", value: ({ node }) => node ?? "", rank: 7 },
  { title: "PREFIX", value: ({ prefix }) => prefix.trimEnd(), rank: 8 },
];

/** Columns of a wide table that stand there when a flow has anything for them. */
const extraColumns: readonly (readonly [Column<Flow>, (flow: Flow) => unknown])[] = [
  [{ title: "FROM", value: ({ src }) => src ?? "", rank: 5 }, (flow) => flow.source?.pod],
  [{ title: "TO", value: ({ dst }) => dst ?? "", rank: 5 }, (flow) => flow.destination?.pod],
  [{ title: "POLICY", value: policy, rank: 3 }, (flow) => flow.policy],
  [{ title: "TIER", value: ({ tier }) => tier ?? "", rank: 6 }, ({ tier }) => tier],
  [{ title: "KIND", value: ({ kind }) => kind ?? "", rank: 6 }, ({ kind }) => kind],
  followUp("ESTABLISHED", ({ established }) => established),
  followUp("RESET", ({ reset }) => reset),
  followUp("ICMP ERROR", ({ icmpError }) => icmpError),
];

function followUp(
  title: string,
  packets: (flow: Flow) => number | undefined,
): (typeof extraColumns)[number] {
  const value = (flow: Flow) => count(packets(flow) ?? 0);
  return [{ title, value, align: "right", rank: 4 }, packets];
}

function wideColumnsOf(flows: readonly Flow[]): readonly Column<Flow>[] {
  const extra = extraColumns.filter(([, has]) => flows.some((flow) => has(flow) !== undefined));
  return [...wideColumns, ...extra.map(([column]) => column)];
}

function policy({ policy: name = "", policyCut }: Flow): string {
  return policyCut === true ? `${name}…` : name;
}

export function flowsCommand(context: CommandContext): Command {
  const command = new Command("flows").description(
    "list denied flows: who tried to reach what, how often, since when",
  );
  const question = addQueryOptions(command, context);
  return command
    .addOption(groupByOption("one row for all flows that share it, as top has; repeatable"))
    .addOption(new Option("--sort <field>", "sort by").choices(sorts).default("packets"))
    .addOption(limitOption())
    .addOption(outputOption(outputs))
    .action(async (flags: Flags) => {
      const answer = answerFor(flags, context.columns);
      await ask(context, flags, question(flags), answer);
    });
}

const sorts = [...new Set([...flowSorts, ...topSorts])];

type Flags = AnswerFlags & {
  readonly groupBy?: readonly TopDimension[];
  readonly sort: FlowSort | TopSort;
};

function answerFor({ groupBy, sort, output }: Flags, width: number | undefined) {
  if (groupBy !== undefined) {
    if (!isOneOf(topSorts, sort)) {
      throw new RangeError(`Cannot sort groups by ${sort}: expected ${topSorts.join(", ")}`);
    }
    const by = [...new Set(groupBy)];
    return (database: Database.Database, asked: Question) =>
      answerText(output, topForms(queryTop(database, asked, by, sort), by, width));
  }
  if (!isOneOf(flowSorts, sort)) {
    throw new RangeError(`Cannot sort flows by ${sort} without --group-by`);
  }
  return (database: Database.Database, asked: Question) =>
    answerText(output, formsOf(queryFlows(database, asked, sort), width));
}

function formsOf(answer: FlowsAnswer, width: number | undefined): AnswerForms<Flow> {
  const { flows } = answer;
  const cells = (flow: Flow) => [...csvFields.map((field) => flow[field]), ...endpointCells(flow)];
  const csv = { titles: [...csvFields, ...endpointTitles], cells };
  return { answer, rows: flows, csv, table: (isWide) => tableOf(answer, isWide, width) };
}

function tableOf(
  { flows, totals, window }: FlowsAnswer,
  isWide: boolean,
  width: number | undefined,
): string {
  if (flows.length === 0) return "No denied flows match\n";
  const table = renderTable(isWide ? wideColumnsOf(flows) : columns, flows, width);
  const counted = flows.filter(({ packets }) => packets > 0).length;
  return `${answerHead(window, totals)}\n${table}${leftOut(counted, totals.flows)}`;
}
