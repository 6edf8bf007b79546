import type { TopAnswer, TopDimension, TopRow } from "../../query/top.ts";
import { answerHead, leftOut } from "./answer-head.ts";
import type { AnswerForms } from "./answer-text.ts";
import { type Column, renderTable } from "./table.ts";
import { bar, byteSize, count, shortTime } from "../../query/output/wording.ts";

const csvFields = [
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

/** What was ranked, in every form; several dimensions have a column each. */
export function topForms(
  answer: TopAnswer,
  by: readonly TopDimension[],
  width: number | undefined,
): AnswerForms<TopRow> {
  const keys = by.length < 2 ? ["key"] : by;
  const keysOf = ({ key, group }: TopRow) =>
    group === undefined ? [key] : by.map((name) => group[name]);
  const csv = {
    titles: [...keys, ...csvFields],
    cells: (row: TopRow) => [...keysOf(row), ...csvFields.map((field) => row[field])],
  };
  return { answer, rows: answer.top, csv, table: (isWide) => tableOf(answer, by, isWide, width) };
}

function tableOf(
  answer: TopAnswer,
  by: readonly TopDimension[],
  isWide: boolean,
  width: number | undefined,
): string {
  const { top, keys, totals, window } = answer;
  if (top.length === 0) return "No denied packets match\n";
  const table = renderTable(columnsOf(answer, by, isWide), top, width);
  return `${answerHead(window, totals)}\n${table}${leftOut(top.length, keys)}`;
}

function columnsOf(
  { totals, top }: TopAnswer,
  by: readonly TopDimension[],
  isWide: boolean,
): readonly Column<TopRow>[] {
  const most = top.reduce((max, { packets }) => Math.max(max, packets), 1);
  const share = ({ packets }: TopRow) => `${((packets / totals.packets) * 100).toFixed(1)}%`;
  return [
    ...by.map((name) => ({
      title: titles[name],
      value: ({ key, group }: TopRow) => (group?.[name] ?? key).trimEnd(),
      widthMin: 15,
    })),
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
