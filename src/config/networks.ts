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
    return parseNetworks(belowNetworks(content ?? {}));
  } catch (error) {
    throw new RangeError(`${(error as Error).message}, in "${written}"`, { cause: error });
  }
}

/** People copy the lines with the key that they have in the file of the settings. */
function belowNetworks(content: unknown): unknown {
  const { networks, ...others } = content as { readonly networks?: unknown };
  if (typeof networks !== "object" || Array.isArray(networks)) return content;
  const [other] = Object.keys(others);
  if (other === undefined) return networks ?? {};
  throw new RangeError(
    `Cannot read networks: "${other}" stands beside "networks"; name a configuration with --config`,
  );
}
