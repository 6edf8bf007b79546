import { type Network, parseNetworks } from "../model/network.ts";
import { readYaml } from "./yaml-file.ts";

/**
 * Networks as a configuration file states them, or those of the file that is named.
 *
 * @throws RangeError that says what was expected, and of which file.
 */
export async function readNetworks(written: unknown): Promise<readonly Network[]> {
  if (Array.isArray(written) && written.length === 0) return [];
  if (typeof written !== "string") return parseNetworks(written);
  const content = await readYaml("networks", written);
  try {
    return parseNetworks(content ?? {});
  } catch (error) {
    throw new RangeError(`${(error as Error).message}, in "${written}"`, { cause: error });
  }
}
