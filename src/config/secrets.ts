import { readFileSync } from "node:fs";

/**
 * Gives what `env:NAME` and `file:PATH` stand for, without white space around it.
 *
 * @throws RangeError when there is no such variable, or the file cannot be read.
 */
export function resolveReference(
  reference: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const [kind = "", name = ""] = reference.split(/:(.*)/s, 2);
  if (kind === "env") {
    const value = environment[name];
    if (value !== undefined && value.trim() !== "") return value.trim();
    throw new RangeError(`Cannot use "${reference}": expected the environment to have ${name}`);
  }
  try {
    return readFileSync(name, "utf8").trim();
  } catch (error) {
    throw new RangeError(`Cannot read "${name}": ${(error as Error).message}`, { cause: error });
  }
}
