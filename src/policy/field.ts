import { closestMatch } from "leven";
import { WrongField } from "./wrong-field.ts";

const distanceMax = 2;
const shownCharactersMax = 60;

/** A value of a document, which knows its path for what is said of it. */
export class Field {
  readonly path: string;
  readonly value: unknown;

  constructor(value: unknown, path = "") {
    this.value = value;
    this.path = path;
  }

  /** YAML writes a field without a value as null, and Kubernetes takes that for none. */
  get isGiven(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** What is read of it; undefined where it is not given. */
  optional<T>(read: (field: Field) => T): T | undefined {
    return this.isGiven ? read(this) : undefined;
  }

  at(key: string): Field {
    const { value } = this;
    const inner = isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return new Field(inner, this.path === "" ? key : `${this.path}.${key}`);
  }

  /**
   * @param known the only names that its fields may have.
   * @throws WrongField where it is something else, or has others.
   */
  mapping(known?: readonly string[]): Readonly<Record<string, unknown>> {
    if (!this.isGiven) return {};
    if (!isMapping(this.value)) throw this.wrong("a mapping");
    const unknown = known && Object.keys(this.value).find((key) => !known.includes(key));
    if (unknown === undefined) return this.value;
    const close = closestMatch(unknown, [...known!], { maxDistance: distanceMax });
    throw new WrongField(
      `${this.at(unknown).path} is no field of the API, expected ` +
        (close === undefined ? `one of ${known!.join(", ")}` : `"${close}"`),
    );
  }

  /** @throws WrongField where it is no list. */
  list(): Field[] {
    if (!this.isGiven) return [];
    if (!Array.isArray(this.value)) throw this.wrong("a list");
    return this.value.map((item: unknown, index) => new Field(item, `${this.path}[${index}]`));
  }

  /** @throws WrongField where it is no text. */
  text(expected = "text"): string {
    if (typeof this.value === "string") return this.value;
    const isPlain = typeof this.value === "number" || typeof this.value === "boolean";
    throw this.wrong(isPlain ? `${expected}, in quotes: "${String(this.value)}"` : expected);
  }

  /** @throws WrongField where it is none of them. */
  oneOf<T extends string>(choices: readonly T[]): T {
    const choice = choices.find((each) => each === this.value);
    if (choice === undefined) throw this.wrong(`one of ${choices.join(", ")}`);
    return choice;
  }

  /** Whether it is true; false where it is not given. */
  flag(): boolean {
    if (!this.isGiven || typeof this.value === "boolean") return this.value === true;
    throw this.wrong("true or false");
  }

  wrong(expected: string): WrongField {
    return new WrongField(`${this.path || "it"} is ${shown(this.value)}, expected ${expected}`);
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  const text = JSON.stringify(value);
  return text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax)}…` : text;
}
