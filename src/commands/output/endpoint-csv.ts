import type { Endpoint, Endpoints } from "../../model/endpoint.ts";
import type { Cell } from "./csv.ts";

/** CSV has no fields within fields: `srcPod`, `dstNetwork`. */
const fields = [
  "namespace",
  "pod",
  "uid",
  "workload",
  "node",
  "network",
  "class",
  "ambiguous",
  "mayBeNat",
] as const satisfies readonly (keyof Endpoint)[];

export const endpointTitles: readonly string[] = ["src", "dst"].flatMap((side) =>
  fields.map((name) => `${side}${name.charAt(0).toUpperCase()}${name.slice(1)}`),
);

export function endpointCells({ source = {}, destination = {} }: Endpoints): Cell[] {
  return [source, destination].flatMap((endpoint: Endpoint) =>
    fields.map((name) => endpoint[name]),
  );
}
