/** A message of RFC 5424, taken apart. */
export type ParsedMessage = {
  readonly priority: number;
  readonly timestamp: string;
  readonly hostname: string;
  readonly appName: string;
  readonly procId: string;
  readonly msgId: string;
  readonly elements: readonly ParsedElement[];
  readonly text: string;
};

export type ParsedElement = {
  readonly id: string;
  readonly params: readonly (readonly [name: string, value: string])[];
};

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads what the ABNF of section 6 allows and nothing else; throws for all other bytes. */
export function parseStrictly(bytes: Uint8Array): ParsedMessage {
  return new Reader(decoder.decode(bytes)).message();
}

class Reader {
  #rest: string;

  constructor(text: string) {
    this.#rest = text;
  }

  message(): ParsedMessage {
    const priority = Number(this.#take(/^<(0|[1-9]\d{0,2})>/)[1]);
    if (priority > 191) throw new Error(`priority ${priority}`);
    this.#take(/^1 /);
    const timestamp = this.#timestamp();
    const hostname = this.#word(255);
    const appName = this.#word(48);
    const procId = this.#word(128);
    const msgId = this.#word(32);
    const elements = this.#elements();
    const text = this.#rest === "" ? "" : this.#take(/^ ([^]*)$/)[1]!;
    return { priority, timestamp, hostname, appName, procId, msgId, elements, text };
  }

  #timestamp(): string {
    const date = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
    const time = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?`;
    const zone = String.raw`(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)`;
    return this.#take(new RegExp(`^(-|${date}T${time}${zone}) `))[1]!;
  }

  /** PRINTUSASCII, or the NILVALUE, and the space behind it. */
  #word(charactersMax: number): string {
    return this.#take(new RegExp(`^([!-~]{1,${charactersMax}}) `))[1]!;
  }

  #elements(): ParsedElement[] {
    if (this.#rest.startsWith("-")) {
      this.#take(/^-(?= |$)/);
      return [];
    }
    const elements: ParsedElement[] = [];
    do elements.push(this.#element());
    while (this.#rest.startsWith("["));
    const ids = elements.map(({ id }) => id);
    if (new Set(ids).size < ids.length) throw new Error(`an id twice: ${ids.join(" ")}`);
    return elements;
  }

  #element(): ParsedElement {
    this.#take(/^\[/);
    const id = this.#name();
    const params: (readonly [string, string])[] = [];
    while (this.#rest.startsWith(" ")) {
      this.#take(/^ /);
      const name = this.#name();
      const value = this.#take(/^="((?:[^"\\\]]|\\["\\\]])*)"/)[1]!;
      params.push([name, value.replace(/\\(["\\\]])/g, "$1")]);
    }
    this.#take(/^\]/);
    return { id, params };
  }

  /** SD-NAME. */
  #name(): string {
    return this.#take(/^[!#-<>-\\^-~]{1,32}/)[0];
  }

  #take(pattern: RegExp): RegExpExecArray {
    const found = pattern.exec(this.#rest);
    if (found === null) throw new Error(`${pattern} does not match ${this.#rest.slice(0, 80)}`);
    this.#rest = this.#rest.slice(found[0].length);
    return found;
  }
}
