import { Argument, Command } from "commander";
import {
  queryTop,
  type TopAnswer,
  type TopDimension,
  type TopRow,
  topDimensions,
} from "../query/top.ts";
import { ask } from "./ask.ts";
import type { CommandContext } from "./context.ts";
import { answerHead, leftOut } from "./output/answer-head.ts";
import { type AnswerForms, answerText, outputs } from "./output/answer-text.ts";
import { type Column, renderTable } from "./output/table.ts";
import { bar, byteSize, count, shortTime } from "./output/wording.ts";
import { addQueryOptions, limitOption, outputOption, type AnswerFlags } from "./query-options.ts";

const csvFields = [
  "key",
  "packets",
  "attempts",
  "bytes",
  "flows",
  "firstSeen",
  "lastSeen",
] as const satisfies readonly (keyof TopRow)[];

const titles: Readonly<Record<TopDimension, string>> = {
  src: "SOURCE",
  dst: "DESTINATION",
  port: "PORT",
  protocol: "PROTOCOL",
  direction: "DIRECTION",
  prefix: "PREFIX",
  policy: "POLICY",
  tier: "TIER",
  kind: "KIND",
  node: "NODE",
  pod: "POD",
  namespace: "NAMESPACE",
  workload: "WORKLOAD, FROM THE NAMES OF PODS",
  network: "NETWORK",
  "from-pod": "SOURCE POD",
  "from-namespace": "SOURCE NAMESPACE",
  "from-workload": "SOURCE WORKLOAD, FROM THE NAMES OF PODS",
  "from-network": "SOURCE NETWORK",
  "to-pod": "DESTINATION POD",
  "to-namespace": "DESTINATION NAMESPACE",
  "to-workload": "DESTINATION WORKLOAD, FROM THE NAMES OF PODS",
  "to-network": "DESTINATION NETWORK",
};

const BAR_COLUMNS = 20;

export function topCommand(context: CommandContext): Command {
  const command = new Command("top")
    .description("rank sources, destinations, ports and more by denied packets")
    .addArgument(new Argument("<by>", "what to rank").choices(topDimensions));
  const question = addQueryOptions(command, context);
  return command
    .addOption(limitOption())
    .addOption(outputOption(outputs))
    .action(async (by: TopDimension, flags: AnswerFlags) => {
      await ask(context, flags, question(flags), (database, asked) => {
        return answerText(flags.output, formsOf(queryTop(database, asked, by), context.columns));
      });
    });
}

function formsOf(answer: TopAnswer, width: number | undefined): AnswerForms<TopRow> {
  const cells = (row: TopRow) => csvFields.map((field) => row[field]);
  const csv = { titles: csvFields, cells };
  return { answer, rows: answer.top, csv, table: (isWide) => tableOf(answer, isWide, width) };
}

function tableOf(answer: TopAnswer, isWide: boolean, width: number | undefined): string {
  const { top, keys, totals, window } = answer;
  if (top.length === 0) return "No denied packets match\n";
  const table = renderTable(columnsOf(answer, isWide), top, width);
  return `${answerHead(window, totals)}\n${table}${leftOut(top.length, keys)}`;
}

function columnsOf({ by, totals, top }: TopAnswer, isWide: boolean): readonly Column<TopRow>[] {
  const most = top[0]?.packets ?? 1;
  const share = ({ packets }: TopRow) => `${((packets / totals.packets) * 100).toFixed(1)}%`;
  return [
    { title: titles[by], value: ({ key }) => key.trimEnd(), widthMin: 15 },
    { title: "PACKETS", value: ({ packets }) => count(packets), align: "right" },
    { title: "SHARE", value: share, align: "right", rank: 2 },
    { title: "", value: ({ packets }) => bar(packets / most, BAR_COLUMNS), rank: 5 },
    { title: "ATTEMPTS", value: ({ attempts }) => count(attempts), align: "right", rank: 3 },
    { title: "FLOWS", value: ({ flows }) => count(flows), align: "right", rank: 4 },
    ...(isWide
      ? [
          {
            title: "BYTES",
            value: ({ bytes }: TopRow) => byteSize(bytes),
            align: "right" as const,
            rank: 6,
          },
          { title: "FIRST SEEN", value: (row: TopRow) => shortTime(row.firstSeen), rank: 7 },
        ]
      : []),
    { title: "LAST SEEN", value: ({ lastSeen }) => shortTime(lastSeen), rank: 1 },
  ];
}
