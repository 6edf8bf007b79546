import type { Endpoint } from "../../model/endpoint.ts";
import { type FlatEndpointField, flatEndpointName } from "../../model/flat-endpoint.ts";
import type { FieldGroups } from "./add-fields.ts";
import type { MessageFields } from "./message-fields.ts";

const NAME_CHARACTERS_MAX = 32;
const sourceNames = namesOf("src");
const destinationNames = namesOf("dst");

/** `srcPod`, `dstNamespace`: for formats that have no fields within fields. */
export const flatGroups: FieldGroups = {
  addNames(fields, { source, destination }) {
    if (source !== undefined) addEndpoint(fields, sourceNames, source);
    if (destination !== undefined) addEndpoint(fields, destinationNames, destination);
  },
  addDetails(fields, { details }) {
    for (const name in details) fields.add(sdNameOf(name), details[name]);
  },
};

/** A message goes without the UID. */
type Names = Readonly<Record<Exclude<FlatEndpointField, "uid">, string>>;

function addEndpoint(fields: MessageFields, names: Names, endpoint: Endpoint): void {
  // One by one, all of these names: a loop makes two objects for each of them.
  fields.add(names.namespace, endpoint.namespace);
  fields.add(names.pod, endpoint.pod);
  fields.add(names.workload, endpoint.workload);
  fields.add(names.node, endpoint.node);
  fields.add(names.network, endpoint.network);
  fields.add(names.class, endpoint.class);
  fields.add(names.ambiguous, endpoint.ambiguous);
  fields.add(names.mayBeNat, endpoint.mayBeNat);
}

function namesOf(side: "src" | "dst"): Names {
  const nameOf = (field: FlatEndpointField) => flatEndpointName(side, field);
  return {
    namespace: nameOf("namespace"),
    pod: nameOf("pod"),
    workload: nameOf("workload"),
    node: nameOf("node"),
    network: nameOf("network"),
    class: nameOf("class"),
    ambiguous: nameOf("ambiguous"),
    mayBeNat: nameOf("mayBeNat"),
  };
}

/** A name that is one in structured data and in pairs too. */
function sdNameOf(name: string): string {
  return name.replace(/[^\w.-]/g, "_").slice(0, NAME_CHARACTERS_MAX) || "_";
}
