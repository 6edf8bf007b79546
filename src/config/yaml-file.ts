import { readFileSync } from "node:fs";
import { yamlReason } from "../model/yaml-reason.ts";

/**
 * What a YAML file holds; null where it is empty, as YAML has it. `what` says in the error which
 * file it is.
 *
 * @throws RangeError with one line for people when it cannot be read.
 */
export async function readYaml(what: string, path: string): Promise<unknown> {
  try {
    const text = readFileSync(path, "utf8");
    if (text === "") return null;
    // Loaded when there is something to parse, for it takes a third of the time of a query.
    const { parse } = await import("yaml");
    return parse(text) as unknown;
  } catch (error) {
    const reason = yamlReason(error as Error);
    throw new RangeError(`Cannot read ${what} "${path}": ${reason}`, { cause: error });
  }
}
