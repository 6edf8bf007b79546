import { existsSync } from "node:fs";
import { Command, Option } from "commander";
import type { Settings } from "../config/settings.ts";
import { printable } from "../model/printable.ts";
import { type DestinationStatus, queryDestinations } from "../query/destinations.ts";
import { openForReading } from "../store/open.ts";
import type { CommandContext } from "./context.ts";
import { destinationTable } from "./output/destination-table.ts";
import { safeJson } from "../query/output/safe-json.ts";
import { wrapped } from "./output/wrapped.ts";
import { addSettingOptions, settingsOf } from "./setting-options.ts";

type Flags = { readonly output: "table" | "json" };

/** What is known of a destination: by its agent, by the configuration, or by both. */
type Listed = Partial<DestinationStatus> & {
  readonly name: string;
  /** Whether the configuration has it. */
  readonly isConfigured: boolean;
  readonly options?: Settings["forward"][number]["written"];
};

export function listDestinationsCommand(context: CommandContext): Command {
  const command = new Command("list").description(
    "show the servers that are sent what is denied, and how far each of them is",
  );
  return addSettingOptions(command, ["db", "forward"])
    .addOption(
      new Option("-o, --output <format>", "output format")
        .choices(["table", "json"])
        .default("table"),
    )
    .action(async (flags: Flags) => {
      const { db, forward } = await settingsOf(context, flags);
      const known = existsSync(db) ? destinationsIn(db) : [];
      const configured = forward.map(({ name, written: options }): Listed => {
        const status = known.find((each) => each.name === name);
        return { ...status, name, isConfigured: true, options };
      });
      const others = known.filter(({ name }) => !forward.some((each) => each.name === name));
      const listed = [
        ...configured,
        ...others.map((status): Listed => ({ ...status, isConfigured: false })),
      ];
      const text =
        flags.output === "json"
          ? `${safeJson({ destinations: listed }, 2)}\n`
          : render(listed, context.columns);
      context.stdout.write(text);
    });
}

function destinationsIn(db: string): DestinationStatus[] {
  const database = openForReading(db);
  try {
    return queryDestinations(database);
  } finally {
    database.close();
  }
}

function render(listed: readonly Listed[], width: number | undefined): string {
  if (listed.length === 0) {
    return 'No destinations; add one by "denyscope forward add URL"\n';
  }
  const isStarted = (each: Listed): each is Listed & DestinationStatus => each.sent !== undefined;
  const waiting = listed.filter((each) => !isStarted(each));
  const gone = listed.filter(({ isConfigured }) => !isConfigured);
  const note = (head: string, rows: readonly Listed[]) =>
    rows.length === 0
      ? ""
      : wrapped(`${head}: ${rows.map(({ name }) => printable(name)).join(", ")}`, 2, width);
  return [
    destinationTable(listed.filter(isStarted), width),
    note("No agent has sent to it yet", waiting),
    note("Not in the configuration of this command; the agent may have its own", gone),
  ].join("");
}
