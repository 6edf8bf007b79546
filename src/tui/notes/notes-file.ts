import { Document, isMap } from "yaml";
import { replaceFile } from "../../config/replace-file.ts";
import { yamlDocument } from "../../config/yaml-document.ts";
import { filterWords } from "../../model/filter-words.ts";
import { changedNote, type Note, type NoteChange, type Notes } from "./note.ts";

const isTime = (value: unknown) => typeof value === "string" && !Number.isNaN(Date.parse(value));

/** The fields of a note in the file, and what they hold. */
const fields: Readonly<Record<keyof Note, readonly [(value: unknown) => boolean, string]>> = {
  acknowledged: [isTime, "an RFC 3339 time"],
  mutedUntil: [isTime, "an RFC 3339 time"],
  text: [(value) => typeof value === "string", "a text"],
};

/**
 * A person's own notes, in a YAML file that they may edit: for the filter that a flow passes, what
 * is noted of it. One that cannot be read is never written to.
 */
export class NotesFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws RangeError with one line for people. */
  read(): Notes {
    return this.#notesOf(this.#document());
  }

  /**
   * Changes the note of a flow to what the file has by now, and gives all notes.
   *
   * @throws Error with one line for people; nothing is changed then.
   */
  change(flow: string, change: NoteChange): Notes {
    const document = this.#document();
    const note = changedNote(this.#notesOf(document)[flow], change);
    if (note === undefined) document.delete(flow);
    else document.set(flow, document.createNode(note));
    try {
      replaceFile(this.#path, document.toString());
    } catch (error) {
      throw new Error(
        `Cannot keep the note in "${this.#path}": ${(error as Error).message}; ` +
          "name another file with --notes",
        { cause: error },
      );
    }
    return this.#notesOf(document);
  }

  #document(): Document {
    const document = yamlDocument("notes", this.#path);
    if (document.contents === null) return new Document({});
    if (isMap(document.contents)) return document;
    throw this.#unreadable("expected filters, each with its note");
  }

  #notesOf(document: Document): Notes {
    const notes: unknown = document.toJS();
    for (const [flow, note] of Object.entries(notes as Record<string, unknown>)) {
      this.#check(flow, note);
    }
    return notes as Notes;
  }

  #check(flow: string, note: unknown): void {
    try {
      filterWords(flow);
    } catch (error) {
      throw this.#unreadable((error as Error).message);
    }
    if (typeof note !== "object" || note === null) {
      throw this.#unreadable(`"${flow}" has no note: expected ${Object.keys(fields).join(", ")}`);
    }
    for (const [name, value] of Object.entries(note)) {
      const [holds, expected] = fields[name as keyof Note] ?? [() => false, undefined];
      if (holds(value)) continue;
      throw this.#unreadable(
        expected === undefined
          ? `"${name}" of "${flow}" is unknown: expected ${Object.keys(fields).join(", ")}`
          : `"${name}" of "${flow}" has ${JSON.stringify(value)}: expected ${expected}`,
      );
    }
  }

  #unreadable(reason: string): RangeError {
    return new RangeError(`Cannot read notes "${this.#path}": ${reason}`);
  }
}
