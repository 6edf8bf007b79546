/** What a person keeps of a flow: has seen it, wants not to see it until then, whose it is. */
export type Note = {
  /** RFC 3339. */
  readonly acknowledged?: string;
  /** RFC 3339. */
  readonly mutedUntil?: string;
  readonly text?: string;
};

/** By the words of the filter that only the flow passes. */
export type Notes = Readonly<Record<string, Note>>;

/** What becomes of a note: a field that is undefined is taken away. */
export type NoteChange = { readonly [Field in keyof Note]?: Note[Field] | undefined };

/** Undefined when nothing is left of it. */
export function changedNote(note: Note | undefined, change: NoteChange): Note | undefined {
  const fields = Object.entries({ ...note, ...change }).filter(([, value]) => value !== undefined);
  return fields.length === 0 ? undefined : (Object.fromEntries(fields) as Note);
}

/** `now` in microseconds since the epoch. */
export function isMuted({ mutedUntil }: Note, now: number): boolean {
  return mutedUntil !== undefined && Date.parse(mutedUntil) * 1000 > now;
}

/** The filters of what is muted, the same ones in the same order. */
export function mutedFlows(notes: Notes, now: number): string[] {
  return Object.keys(notes)
    .filter((flow) => isMuted(notes[flow]!, now))
    .toSorted();
}
