import type { Command, Option } from "commander";
import { directions } from "../model/direction.ts";
import { isTermName } from "../model/filter-term.ts";
import { protocolNames } from "../model/protocol.ts";
import { knownNames } from "../query/known-names.ts";
import { openForReading } from "../store/open.ts";
import type { CommandContext } from "./context.ts";

/** Names come from a log: what a shell would not take for one word is not offered. */
const isPlain = /^[\p{L}\p{N}_./:@%+-]+$/u;

/** The words that may stand where the last one is being typed. */
export async function completions(
  program: Command,
  words: readonly string[],
  context: CommandContext,
): Promise<string[]> {
  const typed = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const { command, operands } = commandOf(program, before);
  const option = optionOf(command, before.at(-1) ?? "");
  const isValue = option?.required === true;
  const named = typed.startsWith("-") ? optionNames(command) : operandsOf(command, operands);
  const found = isValue ? await valuesOf(option, before, context) : named;
  const fitting = found.filter((word) => word.startsWith(typed) && isPlain.test(word));
  return [...new Set(fitting)].toSorted();
}

/** The command that the words have come to, and how many arguments it has. */
function commandOf(
  program: Command,
  words: readonly string[],
): { readonly command: Command; readonly operands: number } {
  let command = program;
  let operands = 0;
  for (const [index, word] of words.entries()) {
    const isValue = optionOf(command, words[index - 1] ?? "")?.required === true;
    if (word.startsWith("-") || isValue) continue;
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) operands++;
    else command = next;
  }
  return { command, operands };
}

function optionOf(command: Command, word: string): Option | undefined {
  return command.options.find(
    ({ long, short }) => word !== "" && (word === long || word === short),
  );
}

function optionNames(command: Command): string[] {
  return [...command.options.map(({ long }) => long ?? ""), "--help"];
}

/** Commands below this one, and what its next argument may be. */
function operandsOf(command: Command, given: number): string[] {
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  const next = registeredArguments[given] ?? (last?.variadic === true ? last : undefined);
  const commands = command.createHelp().visibleCommands(command);
  return [...commands.map((each) => each.name()), ...(next?.argChoices ?? [])];
}

async function valuesOf(
  option: Option,
  words: readonly string[],
  context: CommandContext,
): Promise<readonly string[]> {
  const name = option.long?.slice(2) ?? "";
  if (option.argChoices !== undefined) return option.argChoices;
  if (name === "direction") return directions;
  if (name === "protocol") return protocolNames;
  if (!isTermName(name)) return [];
  const db = words[words.indexOf("--db") + 1];
  try {
    const settings = await context.settings(words.includes("--db") ? { db } : {}, undefined);
    const database = openForReading(settings.db);
    try {
      return knownNames(database, name, settings.networks);
    } finally {
      database.close();
    }
  } catch {
    // There is nobody to tell it to: whoever presses a key wants words or nothing.
    return [];
  }
}
