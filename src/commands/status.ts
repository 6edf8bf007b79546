import { Command, Option } from "commander";
import { queryStatus, type Status } from "../query/status.ts";
import { openForReading } from "../store/open.ts";
import type { CommandContext } from "./context.ts";
import { safeJson } from "./output/safe-json.ts";
import { printable } from "./output/printable.ts";
import { renderTable } from "./output/table.ts";
import { byteSize, count, countOf, shortTime } from "./output/wording.ts";
import { addSettingOptions, settingsOf } from "./setting-options.ts";

type Flags = { readonly output: "table" | "wide" | "json" };

export function statusCommand(context: CommandContext): Command {
  const command = new Command("status").description(
    "show what was read, that all of it is accounted for, and what is known to be missing",
  );
  return addSettingOptions(command, ["db"])
    .addOption(
      new Option("-o, --output <format>", "output format")
        .choices(["table", "wide", "json"])
        .default("table"),
    )
    .action(async (flags: Flags) => {
      const database = openForReading((await settingsOf(context, flags)).db);
      try {
        const status = queryStatus(database);
        context.stdout.write(
          flags.output === "json"
            ? `${safeJson(status, 2)}\n`
            : render(status, flags.output === "wide", context.columns),
        );
      } finally {
        database.close();
      }
    });
}

function render(status: Status, isWide: boolean, width: number | undefined): string {
  const { database, firstSeen, lastSeen } = status;
  const span =
    firstSeen === undefined || lastSeen === undefined
      ? "no denials yet"
      : `${shortTime(firstSeen)} to ${shortTime(lastSeen)} UTC`;
  return [
    `Database  ${printable(database.path)}, ${byteSize(database.bytes)}, `,
    `${countOf(database.flows, "flow")}\n`,
    `Denials   ${countOf(status.packets.denied, "packet")}, ${span}\n`,
    otherVerdicts(status),
    `\n${conservation(status)}`,
    `\n${sources(status, width)}`,
    losses(status, width),
    isWide ? examples(status, width) : "",
  ].join("");
}

/** LOG lines whose prefix does not mean denied are counted, and shown apart. */
function otherVerdicts({ packets: { allowed, audit, unknown } }: Status): string {
  const total = allowed + audit + unknown;
  if (total === 0) return "";
  const parts = Object.entries({ allowed, audit, unknown }).filter(([, packets]) => packets > 0);
  const text = parts.map(([verdict, packets]) => `${count(packets)} ${verdict}`).join(", ");
  return `Besides   ${countOf(total, "logged packet")} of other prefixes: ${text}\n`;
}

function conservation({ conservation: { lines, packets } }: Status): string {
  const list = (counts: Readonly<Record<string, number>>) => {
    const parts = Object.entries(counts).map(([name, lines]) => `${count(lines)} ${name}`);
    return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
  };
  const sum = (counts: Readonly<Record<string, number>>) =>
    count(Object.values(counts).reduce((total, value) => total + value, 0));
  return [
    `Lines     ${count(lines.read)} read ${sign(lines.holds)} ${count(lines.denials)} denials`,
    ` + ${sum(lines.other)} other${list(lines.other)}`,
    ` + ${sum(lines.rejected)} rejected${list(lines.rejected)}\n`,
    `Packets   ${count(packets.logged)} logged ${sign(packets.holds)} ${count(packets.kept)} kept`,
    ` + ${count(packets.expired)} expired\n`,
  ].join("");
}

function sign(holds: boolean): string {
  return holds ? "=" : "DOES NOT EQUAL";
}

function sources({ sources: rows }: Status, width: number | undefined): string {
  if (rows.length === 0) return "No source of lines has been read\n";
  return renderTable(
    [
      { title: "SOURCE", value: ({ path }) => path, widthMin: 20 },
      { title: "KIND", value: ({ kind }) => kind, rank: 3 },
      { title: "LINES", value: ({ lines }) => count(lines), align: "right" },
      {
        title: "READ UP TO",
        value: ({ offset }) => `byte ${count(offset)}`,
        align: "right",
        rank: 2,
      },
      { title: "LAST LINE", value: ({ lastTime }) => shortTime(lastTime ?? ""), rank: 1 },
    ],
    rows,
    width,
  );
}

function losses({ losses: rows }: Status, width: number | undefined): string {
  const open = rows.filter(({ recoveredAt }) => recoveredAt === undefined);
  if (open.length === 0) return "\nNo loss is known\n";
  return `\nKnown losses: packet counts are a lower bound\n${renderTable(
    [
      { title: "REASON", value: ({ reason }) => reason },
      { title: "SOURCE", value: ({ source }) => source, widthMin: 20 },
      { title: "FROM", value: ({ offset }) => `byte ${count(offset)}`, align: "right" },
      {
        title: "AT MOST",
        value: ({ bytesMax }) => (bytesMax === undefined ? "unknown" : byteSize(bytesMax)),
        rank: 2,
      },
      { title: "SEEN", value: ({ seenAt }) => shortTime(seenAt), rank: 3 },
      { title: "DETAIL", value: ({ detail }) => detail, rank: 1, widthMin: 12 },
    ],
    open,
    width,
  )}`;
}

function examples({ rejectedExamples: rows }: Status, width: number | undefined): string {
  if (rows.length === 0) return "";
  return `\n${renderTable(
    [
      { title: "REJECTED", value: ({ reason }) => reason },
      { title: "EXAMPLE", value: ({ line }) => line, widthMin: 20 },
    ],
    rows,
    width,
  )}`;
}
