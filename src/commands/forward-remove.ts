import { Command } from "commander";
import { removeDestination, writtenDestinations } from "../config/config-edit.ts";
import { printable } from "../model/printable.ts";
import type { CommandContext } from "./context.ts";

type Flags = { readonly config?: string };

export function removeDestinationCommand(context: CommandContext): Command {
  return new Command("remove")
    .description("send nothing more to a server; what still waits for it is not sent")
    .argument("<name>", "its name, as forward list shows it")
    .option("--config <path>", "configuration file (/etc/denyscope/config.yaml)")
    .action(async (name: string, { config }: Flags) => {
      const path = context.configFile(config);
      const { forward } = await context.settings({ forward: writtenDestinations(path) }, config);
      const index = forward.findIndex((each) => each.name === name);
      if (index < 0) {
        const names = forward.map((each) => each.name).join(", ");
        throw new RangeError(
          `Cannot remove destination "${name}": ` +
            (names === "" ? `there is none in "${path}"` : `expected one of ${names}`),
        );
      }
      removeDestination(path, index);
      context.stderr.write(
        `Removed destination "${printable(name)}" from ${printable(path)}; ` +
          "an agent that runs with this file stops within seconds\n",
      );
    });
}
