import { createRequire } from "node:module";
import type * as Package from "prom-client";

/**
 * The parts of prom-client that are used here, and no more: its index loads a push gateway, HTTPS
 * and clusters besides, which cost the agent 17 MiB of resident memory (these parts: 4 MiB).
 */
const require = createRequire(import.meta.url);

export const Registry = require("prom-client/lib/registry.js") as typeof Package.Registry;
export const Counter = require("prom-client/lib/counter.js") as typeof Package.Counter;
export const Gauge = require("prom-client/lib/gauge.js") as typeof Package.Gauge;
export type Registry = Package.Registry;
export type Counter = Package.Counter;
export type Gauge = Package.Gauge;
export const Histogram = require("prom-client/lib/histogram.js") as typeof Package.Histogram;
