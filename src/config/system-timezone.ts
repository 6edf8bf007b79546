import { realpathSync } from "node:fs";
import { timezoneNames } from "./timezone-names.ts";

/**
 * The IANA name of the system's zone, as Intl gives it. `tz` is the environment variable TZ, which
 * goes before the link `localtime`. Intl itself is asked only where these do not tell.
 */
export function systemTimezone(tz: string | undefined, localtime = "/etc/localtime"): string {
  const name = tz ?? linkedZone(localtime);
  if (name === "UTC" || name === "Etc/UTC") return "UTC";
  if (name !== undefined && timezoneNames().has(name)) return name;
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** A machine without such a link is in UTC; a copy of a zone's file does not say which it is. */
function linkedZone(localtime: string): string | undefined {
  try {
    return /\/zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(realpathSync(localtime))?.[1];
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "UTC" : undefined;
  }
}
