import { readdirSync } from "node:fs";
import type { Registry } from "prom-client";
import { Counter, Gauge } from "./prom-client.ts";

const MICROS = 1_000_000;

/**
 * The usual metrics of a process, under their usual names, as far as they cost nothing between two
 * scrapes. prom-client's own default metrics sample the event loop every 10 ms and watch each
 * garbage collection.
 */
export function addProcessMetrics(registry: Registry): void {
  const registers = [registry];
  new Counter({
    name: "process_cpu_seconds_total",
    help: "User and system CPU time of all threads",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / MICROS);
    },
  });
  const started = new Gauge({
    name: "process_start_time_seconds",
    help: "When the process started, seconds since the epoch",
    registers,
  });
  started.set(Math.round(Date.now() / 1000 - process.uptime()));
  const gauge = (name: string, help: string, measure: () => number) =>
    addMeasured(registry, name, help, measure);
  gauge("process_resident_memory_bytes", "Resident memory", () => process.memoryUsage.rss());
  gauge("process_open_fds", "Open file descriptors", openDescriptors);
  gauge("denyscope_heap_bytes", "JavaScript heap of the main thread in use", () => {
    return process.memoryUsage().heapUsed;
  });
}

/** A gauge that is measured when somebody asks. */
export function addMeasured(
  registry: Registry,
  name: string,
  help: string,
  measure: () => number,
): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(measure());
    },
  });
}

/** The folder that is read is open itself. */
function openDescriptors(): number {
  try {
    return readdirSync("/proc/self/fd").length - 1;
  } catch {
    return Number.NaN;
  }
}
