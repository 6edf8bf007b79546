/** What may happen to a log and to the agent that follows it. The number says how much. */
export const actionNames = [
  /** Finishes the line that was begun, and writes so many more. */
  "write",
  /** Begins a line: so many percent of it, all but its end with 100. */
  "half",
  "finish",
  /** Renames the log, as logrotate does; the writer goes on writing to it until `hup`. */
  "rotate",
  "hup",
  /** Copies the log, lets so many lines be written, which are lost, and truncates it. */
  "copytruncate",
  "truncate",
  /** Truncates and writes so many lines more than fit into what was there. */
  "regrow",
  /** Deletes the log and makes it anew with so many lines; ext4 gives it the same inode. */
  "recreate",
  /** Other lines in place of those that are there, without truncation before. */
  "shorter",
  "longer",
  /** Another file with the same content takes the place of the log. */
  "copy",
  /** Another file with so many other lines takes the place of the log. */
  "replace",
  "kill",
  "stop",
  "start",
  "pause",
  "continue",
  /** Until all is counted that can be read. */
  "wait",
  /** Milliseconds. */
  "sleep",
] as const;

export type ActionName = (typeof actionNames)[number];
export type Action = { readonly name: ActionName; readonly amount: number };

const choices = {
  naming: ["numeric", "dateext"],
  keep: ["keep-1", "keep-2", "keep-3", "keep-4", "keep-9", "keep-999"],
  compress: ["plain", "delaycompress", "compress"],
  archive: ["gz", "zst"],
  /** Whether logrotate makes the new log, or the writer. */
  create: ["create", "nocreate"],
  /** Whether all files begin with the same 1,100 bytes. */
  head: ["own-head", "same-head"],
  /** The kind of file system. */
  place: ["disk", "memory"],
} as const;

type Choices = typeof choices;
/** How logs are rotated in a sequence, and where they lie. */
export type Setup = { readonly [Key in keyof Choices]: Choices[Key][number] };
export type Sequence = { readonly setup: Setup; readonly actions: readonly Action[] };

export function randomSetup(random: () => number): Setup {
  const drawn = Object.entries(choices).map(([key, values]) => [
    key,
    values[Math.floor(random() * values.length)],
  ]);
  // The stamps of a syslog see to it; what has the same beginning is played by name.
  return { ...(Object.fromEntries(drawn) as Setup), head: "own-head" };
}

/** `numeric keep-2 plain gz create own-head disk: write 3, rotate, kill`. */
export function sequenceText({ setup, actions }: Sequence): string {
  const words = Object.keys(choices).map((key) => setup[key as keyof Setup]);
  const text = actions.map(({ name, amount }) => (amount === 0 ? name : `${name} ${amount}`));
  return `${words.join(" ")}: ${text.join(", ")}`;
}

/** The opposite of sequenceText(). */
export function parseSequence(text: string): Sequence {
  const [words = "", steps = ""] = text.replaceAll(/\s+/g, " ").split(": ");
  const setup = Object.fromEntries(
    Object.entries(choices).map(([key, values]) => {
      const value = values.find((each) => words.split(" ").includes(each));
      if (value === undefined) throw new SyntaxError(`No ${key} in "${words}"`);
      return [key, value];
    }),
  ) as Setup;
  const actions = steps.split(", ").map((step) => {
    const [word, amount = "0"] = step.split(" ");
    const name = actionNames.find((each) => each === word);
    if (name === undefined) throw new SyntaxError(`No action "${step}"`);
    return { name, amount: Number(amount) };
  });
  return { setup, actions };
}
