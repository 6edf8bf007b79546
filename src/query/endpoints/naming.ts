import type { Network } from "../../model/network.ts";
import { podInterfaceDefaults } from "../../model/pod-interface.ts";

/** What settings say about names. */
export type Naming = {
  /** Prefixes of the interfaces of pods. */
  readonly podInterfaces: readonly string[];
  readonly networks: readonly Network[];
};

export const namingDefaults: Naming = { podInterfaces: podInterfaceDefaults, networks: [] };
