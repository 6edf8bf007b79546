import { statSync } from "node:fs";
import { join } from "node:path";

/**
 * Where the compiled program may be kept: in a folder of this user, for what lies there is run. By
 * default Node takes one in /tmp, which anybody can make first. Undefined where there is none.
 */
export function compileCacheFolder(
  env: Readonly<Record<string, string | undefined>>,
  user: number | undefined,
): string | undefined {
  const { XDG_CACHE_HOME, HOME } = env;
  const own = XDG_CACHE_HOME === undefined || XDG_CACHE_HOME === "" ? HOME : XDG_CACHE_HOME;
  if (own === undefined || !own.startsWith("/")) return undefined;
  if (statSync(own, { throwIfNoEntry: false })?.uid !== user) return undefined;
  return own === HOME ? join(own, ".cache", "denyscope") : join(own, "denyscope");
}
