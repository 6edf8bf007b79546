import { Command } from "commander";
import type { CommandContext } from "./context.ts";
import { printable } from "../model/printable.ts";
import { version } from "./version.ts";

/**
 * All verbs, in the order of the help. Each is loaded when it is asked for: what one needs, such as
 * a YAML reader or a progress bar, must not slow the others down.
 */
const verbs: Readonly<Record<string, (context: CommandContext) => Promise<Command>>> = {
  agent: async (context) => (await import("./agent.ts")).agentCommand(context),
  import: async (context) => (await import("./import.ts")).importCommand(context),
  parse: async (context) => (await import("./parse.ts")).parseCommand(context),
  flows: async (context) => (await import("./flows.ts")).flowsCommand(context),
  top: async (context) => (await import("./top.ts")).topCommand(context),
  timeline: async (context) => (await import("./timeline.ts")).timelineCommand(context),
  observe: async (context) => (await import("./observe.ts")).observeCommand(context),
  tui: async (context) => (await import("./tui.ts")).tuiCommand(context),
  forward: async (context) => (await import("./forward.ts")).forwardCommand(context),
  policy: async (context) => (await import("./policy.ts")).policyCommand(context),
  status: async (context) => (await import("./status.ts")).statusCommand(context),
  doctor: async (context) => (await import("./doctor.ts")).doctorCommand(context),
  backup: async (context) => (await import("./backup.ts")).backupCommand(context),
  config: async (context) => (await import("./config.ts")).configCommand(context),
  completion: async (context) => (await import("./completion.ts")).completionCommand(context),
  version: async (context) => (await import("./version.ts")).versionCommand(context),
};

/** The program with the verb that `args` name; with all of them when they name none. */
export async function buildProgram(
  args: readonly string[],
  context: CommandContext,
): Promise<Command> {
  const program = new Command("denyscope")
    .description("Who is being denied by your Kubernetes network policies, by what, since when")
    .version(version())
    .showHelpAfterError("(denyscope --help tells more)")
    .enablePositionalOptions();
  const asked = args[0] === undefined ? undefined : verbs[args[0]];
  const isVersion = args[0] === "--version" || args[0] === "-V";
  const all = isVersion ? [] : Object.values(verbs);
  const builders = asked === undefined ? all : [asked];
  for (const build of builders) program.addCommand(await build(context));
  const commands = program.commands.flatMap((command) => [command, ...command.commands]);
  for (const command of [program, ...commands]) {
    // Commander's own errors are thrown, for main.ts alone sets the exit code.
    command.exitOverride().configureOutput({
      writeOut: (text) => context.stdout.write(text),
      // It repeats what was typed, which may be anything.
      writeErr: (text) => context.stderr.write(text.split("\n").map(printable).join("\n")),
      getOutHelpWidth: () => context.columns ?? 100,
    });
  }
  return program;
}
