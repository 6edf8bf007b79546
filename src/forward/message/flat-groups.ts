import type { FieldGroups } from "./add-fields.ts";

const NAME_CHARACTERS_MAX = 32;

/** `srcPod`, `dstNamespace`: for formats that have no fields within fields. */
export const flatGroups: FieldGroups = {
  addNames(fields, { source, destination }) {
    if (source !== undefined) {
      fields.add("srcNamespace", source.namespace);
      fields.add("srcPod", source.pod);
      fields.add("srcWorkload", source.workload);
      fields.add("srcNode", source.node);
      fields.add("srcNetwork", source.network);
    }
    if (destination !== undefined) {
      fields.add("dstNamespace", destination.namespace);
      fields.add("dstPod", destination.pod);
      fields.add("dstWorkload", destination.workload);
      fields.add("dstNode", destination.node);
      fields.add("dstNetwork", destination.network);
    }
  },
  addDetails(fields, { details }) {
    for (const name in details) fields.add(sdNameOf(name), details[name]);
  },
};

/** A name that is one in structured data and in pairs too. */
function sdNameOf(name: string): string {
  return name.replace(/[^\w.-]/g, "_").slice(0, NAME_CHARACTERS_MAX) || "_";
}
