/** What a user may say of where the agent's lines come from; files that are named are `file`. */
export const sourceSettings = ["auto", "file", "journald", "kmsg"] as const;

export type SourceSetting = (typeof sourceSettings)[number];
