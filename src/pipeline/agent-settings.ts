import type { Settings } from "../config/settings.ts";
import type { SourceChoice } from "../follow/choose-source.ts";

/** What one run of the agent needs to know. */
export type AgentSettings = Settings & {
  readonly node: string;
  readonly choice: SourceChoice;
  /** Of this program. */
  readonly version: string;
};
