/**
 * A copy of a value that remembers which of its fields were read. The schemas of Kubernetes let
 * unknown fields pass, but no validator reads what it does not know: so misspelt ones are found.
 */
export class ReadRecord<Value extends object> {
  readonly value: Value;
  readonly #unread = new Set<string>();

  constructor(value: Value) {
    this.value = this.#recording(value, "");
  }

  /** Paths of fields that nobody has read. */
  get unread(): string[] {
    return [...this.#unread];
  }

  #recording<Part extends object>(part: Part, path: string): Part {
    const recording: unknown = Array.isArray(part) ? [] : {};
    for (const [key, field] of Object.entries(part) as [string, unknown][]) {
      const place = `${path}/${key}`;
      const isObject = typeof field === "object" && field !== null;
      const value = isObject ? this.#recording(field, place) : field;
      this.#unread.add(place);
      const get = () => {
        this.#unread.delete(place);
        return value;
      };
      Object.defineProperty(recording, key, { enumerable: true, get });
    }
    return recording as Part;
  }
}
