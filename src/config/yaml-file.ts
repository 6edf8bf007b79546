import { readFileSync } from "node:fs";
import { yamlReason } from "../model/yaml-reason.ts";

/**
 * What a YAML file holds. `what` says in the error which file it is.
 *
 * @throws RangeError with one line for people when it cannot be read.
 */
export async function readYaml(what: string, path: string): Promise<unknown> {
  // Loaded when there is a file to read, for it takes a third of the time that a query takes.
  const { parse } = await import("yaml");
  try {
    return parse(readFileSync(path, "utf8")) as unknown;
  } catch (error) {
    const reason = yamlReason(error as Error);
    throw new RangeError(`Cannot read ${what} "${path}": ${reason}`, { cause: error });
  }
}
