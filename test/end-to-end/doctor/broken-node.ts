import type { Trouble } from "../../../src/doctor/finding.ts";
import type { SoundNode } from "./sound-node.ts";

/** What is broken of a sound node, and what doctor must say of it. */
export type BrokenNode = {
  readonly broken: string;
  /** Breaks it; gives what doctor is asked. */
  readonly breaks: (node: SoundNode) => Promise<Asked> | Asked;
  readonly name: Trouble["name"];
  readonly level?: Trouble["level"];
  /** Within what was seen, and within the commands that mend it. */
  readonly seen: RegExp;
  readonly mend: RegExp;
};

/** What is not that of the sound node. */
export type Asked = {
  readonly log?: string;
  readonly database?: string;
  readonly more?: readonly string[];
  /** What it runs through. */
  readonly through?: readonly string[];
  readonly repair?: () => unknown;
};
