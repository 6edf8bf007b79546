import { parseNetworks } from "../src/model/network.ts";
import { podInterfaceDefaults } from "../src/model/pod-interface.ts";
import { outsideAddress, podOf, ports } from "./queried-database.ts";

/** A filter that was not asked before, for the `n`th time that it is asked. */
export const filters: Readonly<Record<string, (n: number) => string>> = {
  "": () => "",
  "--to-port": (n) => `--to-port ${ports[n % ports.length]! + (n >= ports.length ? n : 0)}`,
  "--protocol --not --to-port": (n) => `--protocol tcp --not --to-port ${ports[n % ports.length]}`,
  "--from-ip": (n) => `--from-ip ${outsideAddress(n * 37)}/16`,
  "--direction": (n) => `--direction ${["ingress", "egress", "local", "host-ingress"][n % 4]}`,
  "--policy": (n) => `--policy deny-${1 + (n % 20)}`,
  "--pod": (n) => `--pod ${podOf(n).name}`,
  "--from-pod": (n) => `--from-pod ${podOf(n + 50).name}`,
  "--not --pod": (n) => `--not --pod ${podOf(n + 100).name}`,
  "--namespace": (n) => `--namespace team-${n % 20}`,
  "--to-workload": (n) => `--to-workload service-${n}`,
  "--network": (n) => `--network ${["public", "private", "office", "vpc"][n % 4]}`,
  "--not --to-network": (n) => `--not --to-network ${["office", "vpc", "private"][n % 3]}`,
};

export const naming = {
  podInterfaces: podInterfaceDefaults,
  networks: parseNetworks({ office: ["192.0.0.0/12", "203.0.113.0/24"], vpc: "10.0.0.0/8" }),
};
