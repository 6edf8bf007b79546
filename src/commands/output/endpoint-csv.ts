import type { Endpoint, Endpoints } from "../../model/endpoint.ts";
import { flatEndpointFields, flatEndpointName } from "../../model/flat-endpoint.ts";
import type { Cell } from "../../query/output/csv.ts";

export const endpointTitles: readonly string[] = (["src", "dst"] as const).flatMap((side) =>
  flatEndpointFields.map((field) => flatEndpointName(side, field)),
);

export function endpointCells({ source = {}, destination = {} }: Endpoints): Cell[] {
  return [source, destination].flatMap((endpoint: Endpoint) =>
    flatEndpointFields.map((field) => endpoint[field]),
  );
}
