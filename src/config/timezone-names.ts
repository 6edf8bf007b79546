let names: ReadonlySet<string> | undefined;

/**
 * The names by which zones are known first: `Asia/Calcutta`, not `Asia/Kolkata`. To look here is
 * cheap: what Intl needs for a format takes it 25 ms and 8 MiB of memory to get ready.
 */
export function timezoneNames(): ReadonlySet<string> {
  names ??= new Set(["UTC", ...Intl.supportedValuesOf("timeZone")]);
  return names;
}
