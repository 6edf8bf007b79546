import type { SdElement } from "./message-settings.ts";
import { sdValue } from "./structured-data.ts";

/** SD-NAME of RFC 5424 section 6: printable ASCII without what ends a name. */
const sdName = /^[!#-<>-\\^-~]{1,32}$/;

/**
 * Elements as they stand in a message. Values may be secrets and are never part of an error.
 * @throws RangeError for a name that cannot stand in one, and for an id that is taken.
 */
export function sdElements(elements: readonly SdElement[], taken: readonly string[]): string {
  const known = new Set(taken);
  let text = "";
  for (const { id, params } of elements) {
    for (const name of [id, ...params.map(([param]) => param)]) checkName(name);
    if (known.has(id)) {
      throw new RangeError(`Cannot send the element "${id}": a message has one already`);
    }
    known.add(id);
    text += `[${id}${params.map(([name, value]) => ` ${name}="${sdValue(value)}"`).join("")}]`;
  }
  return text;
}

function checkName(name: string): void {
  if (sdName.test(name)) return;
  throw new RangeError(
    `Cannot use ${JSON.stringify(name)} as a name in structured data: ` +
      'expected 1 to 32 printable ASCII characters without space, =, ] and "',
  );
}
