import {
  candidatesOf,
  type Endpoint,
  endpointProperties,
  type EndpointProperty,
  type Endpoints,
  propertyOf,
} from "./endpoint.ts";
import { isOneOf } from "./is-one-of.ts";

const endpointSides = ["either", "source", "destination"] as const;
export type EndpointSide = (typeof endpointSides)[number];

const flagsOfSides = { either: "", source: "from-", destination: "to-" } as const;

export type EndpointTermName = `${(typeof flagsOfSides)[EndpointSide]}${EndpointProperty}`;

/** Which side and which property `pod`, `from-pod`, `to-network` and so on are about. */
export type EndpointSubject = { readonly side: EndpointSide; readonly property: EndpointProperty };

/** All of them: those of either side first. */
export const endpointTermNames: readonly EndpointTermName[] = endpointSides.flatMap((side) =>
  endpointProperties.map((property) => `${flagsOfSides[side]}${property}` as const),
);

export function subjectOf(name: EndpointTermName): EndpointSubject {
  const side = endpointSides.find(
    (each) => each !== "either" && name.startsWith(flagsOfSides[each]),
  );
  const property = endpointProperties.find((each) => name.endsWith(each))!;
  return { side: side ?? "either", property };
}

export function isEndpointTerm(name: string): name is EndpointTermName {
  return isOneOf(endpointTermNames, name);
}

/** What a row of many flows cannot say is undefined, and so is what is ambiguous. */
export function endpointAnswer(
  { side, property }: EndpointSubject,
  text: string,
  flow: Endpoints & { readonly other?: boolean | undefined },
): boolean | undefined {
  const answers = sidesOf(side).map((each) => {
    if (flow.other === true && (property !== "network" || flow[each] === undefined)) {
      return undefined;
    }
    return isCalled(flow[each], property, text);
  });
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

/** Stands for an endpoint that may be one of several. */
const AMBIGUOUS = "ambiguous";

/** What a flow counts for when endpoints are ranked: none, one, or two where its sides differ. */
export function endpointKeys({ side, property }: EndpointSubject, flow: Endpoints): string[] {
  const keys = sidesOf(side).flatMap((each) => {
    const endpoint = flow[each];
    const key = propertyOf(endpoint, property);
    if (key !== undefined) return [key];
    return endpoint?.ambiguous === true && property !== "network" ? [AMBIGUOUS] : [];
  });
  return [...new Set(keys)];
}

export function sidesOf(side: EndpointSide): readonly ("source" | "destination")[] {
  return side === "either" ? ["source", "destination"] : [side];
}

/** With its namespace or without. */
function isCalled(
  endpoint: Endpoint | undefined,
  property: EndpointProperty,
  text: string,
): boolean | undefined {
  const key = propertyOf(endpoint, property);
  if (key !== undefined) return isNamed(key, property, text);
  if (endpoint?.ambiguous !== true || property === "network") return false;
  const mayBe = candidatesOf(endpoint).some((each) => isCalled(each, property, text) === true);
  return mayBe ? undefined : false;
}

function isNamed(key: string, property: EndpointProperty, text: string): boolean {
  if (key === text) return true;
  const hasNamespace = property === "pod" || property === "workload";
  return hasNamespace && key.slice(key.indexOf("/") + 1) === text;
}
