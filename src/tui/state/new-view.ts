import type { FlowChoice } from "../queries/ask.ts";
import type { Filter } from "./filter.ts";
import type {
  EventsView,
  FlowsView,
  FlowView,
  HealthView,
  OverviewView,
  SqlView,
} from "./state.ts";

export const EVENTS_LIMIT = 500;

export function newOverview(id: number, filter: Filter): OverviewView {
  const rows = { source: 0, destination: 0, port: 0, policy: 0, direction: 0 };
  return { id, screen: "overview", filter, focus: "source", rows };
}

export function newFlows(id: number, filter: Filter): FlowsView {
  return { id, screen: "flows", filter, sort: "packets", row: 0, top: 0, unfolded: [] };
}

export function newFlow(id: number, filter: Filter, flow: FlowChoice): FlowView {
  return { id, screen: "flow", filter, flow, row: 0, top: 0 };
}

export function newEvents(id: number, filter: Filter): EventsView {
  return { id, screen: "events", filter, top: 0, limit: EVENTS_LIMIT, showsLine: false };
}

export function newHealth(id: number, filter: Filter): HealthView {
  return { id, screen: "health", filter, top: 0 };
}

export function newSql(id: number, filter: Filter, text: string): SqlView {
  return { id, screen: "sql", filter, text, top: 0 };
}
