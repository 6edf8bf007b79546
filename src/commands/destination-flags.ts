import { type Command, InvalidArgumentError } from "commander";

/** What else than its URL is said of a destination. */
export type DestinationFlags = {
  readonly name?: string;
  readonly set?: readonly (readonly [string, string])[];
  readonly config?: string;
};

export function addDestinationOptions(command: Command): Command {
  return command
    .option("--name <name>", "what it is called (default: its URL)")
    .option(
      "--set <option=value>",
      "an option, such as send=flows, format=json or ca=/etc/ssl/ca.pem; again for more",
      option,
    )
    .option("--config <path>", "configuration file (/etc/denyscope/config.yaml)");
}

/** As a configuration file states it. */
export function writtenOf(
  url: string,
  { name, set = [] }: DestinationFlags,
): string | Readonly<Record<string, unknown>> {
  const options = Object.groupBy(set, ([key]) => key);
  const values = Object.entries(options).map(([key, same = []]) => {
    const all = same.map(([, value]) => value);
    return [key, all.length === 1 ? all[0] : all] as const;
  });
  if (name === undefined && values.length === 0) return url;
  return { ...(name === undefined ? {} : { name }), url, ...Object.fromEntries(values) };
}

function option(text: string, before: readonly [string, string][] = []): [string, string][] {
  const [name = "", value] = text.split(/=(.*)/s, 2);
  if (name === "" || value === undefined) {
    throw new InvalidArgumentError("expected OPTION=VALUE, such as format=json");
  }
  return [...before, [name, value]];
}
