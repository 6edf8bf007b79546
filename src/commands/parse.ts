import { Command } from "commander";
import { rejectReasonHelp } from "../model/line-kind.ts";
import { LineReader, openLines } from "../pipeline/parse-lines.ts";
import { type CommandContext, PartialFailure } from "./context.ts";
import { safeJson } from "../query/output/safe-json.ts";
import { printable } from "../model/printable.ts";
import { countOf } from "../query/output/wording.ts";
import { writeText } from "./output/write-text.ts";
import { addSettingOptions, prefixOptions, settingsOf } from "./setting-options.ts";

export function parseCommand(context: CommandContext): Command {
  const command = new Command("parse")
    .description("print denials as JSON, one a line; reads standard input without a file")
    .argument("[file...]", "logs or archives; - is standard input");
  return addSettingOptions(command, ["node", "timezone", ...prefixOptions]).action(
    async (files: string[], flags: Readonly<Record<string, unknown>>) => {
      const reader = new LineReader(await settingsOf(context, flags));
      const say = (message: string) => context.stderr.write(`${printable(message)}\n`);
      let failures = 0;
      for (const file of files.length === 0 ? ["-"] : files) {
        try {
          await using content = await openLines(file, context.stdin, context.now());
          for await (const denials of reader.denials(content)) {
            await writeText(context, denials.map((denial) => `${safeJson(denial)}\n`).join(""));
          }
        } catch (error) {
          failures++;
          say((error as Error).message);
        }
      }
      for (const [reason, lines] of reader.rejected) {
        say(`${countOf(lines, "line")} rejected, ${reason}: ${rejectReasonHelp[reason]}`);
      }
      if (failures > 0) throw new PartialFailure();
    },
  );
}
