import type { Endpoint } from "../../model/endpoint.ts";
import { flatEndpointFields, flatEndpointName } from "../../model/flat-endpoint.ts";
import type { FieldGroups } from "./add-fields.ts";

const NAME_CHARACTERS_MAX = 32;
/** A message goes without the UID. */
const parts = flatEndpointFields.filter((field) => field !== "uid");
const sourceFields = fieldsOf("src");
const destinationFields = fieldsOf("dst");

/** `srcPod`, `dstNamespace`: for formats that have no fields within fields. */
export const flatGroups: FieldGroups = {
  addNames(fields, { source, destination }) {
    if (source !== undefined) {
      for (const [name, part] of sourceFields) fields.add(name, source[part]);
    }
    if (destination !== undefined) {
      for (const [name, part] of destinationFields) fields.add(name, destination[part]);
    }
  },
  addDetails(fields, { details }) {
    for (const name in details) fields.add(sdNameOf(name), details[name]);
  },
};

function fieldsOf(side: "src" | "dst"): readonly (readonly [name: string, part: keyof Endpoint])[] {
  return parts.map((part) => [flatEndpointName(side, part), part]);
}

/** A name that is one in structured data and in pairs too. */
function sdNameOf(name: string): string {
  return name.replace(/[^\w.-]/g, "_").slice(0, NAME_CHARACTERS_MAX) || "_";
}
