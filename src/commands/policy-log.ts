import { Command, InvalidArgumentError, Option } from "commander";
import { printable } from "../model/printable.ts";
import { Field } from "../policy/field.ts";
import { type Given, nothingGiven } from "../policy/given.ts";
import { readName } from "../policy/read-name.ts";
import { readPolicies } from "../policy/read-policies.ts";
import { turnOnLog } from "../policy/turn-on-log.ts";
import { type CommandContext, PartialFailure } from "./context.ts";
import { inputText } from "./input-text.ts";
import { policyText } from "./output/policy-text.ts";

type Flags = { readonly output: "yaml" | "json"; readonly namespace?: string };

export function logPolicyCommand(context: CommandContext): Command {
  return new Command("log")
    .description("print the policies that log what the given ones deny, for calicoctl apply -f -")
    .argument("<file...>", "network policies of Kubernetes or Calico; - is standard input")
    .addOption(
      new Option("-n, --namespace <namespace>", "that of policies that name none").argParser(
        readNamespace,
      ),
    )
    .addOption(
      new Option("-o, --output <format>", "output format")
        .choices(["yaml", "json"])
        .default("yaml"),
    )
    .action(async (files: readonly string[], { output, namespace }: Flags) => {
      const say = (message: string) => context.stderr.write(`${printable(message)}\n`);
      const given = await read(context, files);
      for (const problem of given.problems) say(problem);
      // Half of the policies would look like all of them.
      if (given.problems.length > 0) throw new PartialFailure();
      const { manifests, said } = turnOnLog(withNamespace(given, namespace));
      for (const text of said) say(text);
      context.stdout.write(policyText(manifests, output));
    });
}

function readNamespace(text: string): string {
  try {
    return readName(new Field(text));
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

async function read({ stdin }: CommandContext, files: readonly string[]): Promise<Given> {
  const given = nothingGiven();
  for (const file of files) {
    try {
      readPolicies(file, await inputText(file, stdin), given);
    } catch (error) {
      given.problems.push((error as Error).message);
    }
  }
  if (given.policies.length === 0 && given.problems.length === 0) {
    const names = files.map((file) => `"${file}"`).join(", ");
    given.problems.push(
      `Cannot make a Log policy: no network policy in ${names}, expected at least one`,
    );
  }
  return given;
}

function withNamespace(given: Given, namespace: string | undefined): Given {
  const policies = given.policies.map((policy) =>
    policy.kind === "NetworkPolicy"
      ? { ...policy, namespace: policy.namespace ?? namespace }
      : policy,
  );
  return { ...given, policies };
}
