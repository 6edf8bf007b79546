const decoder = new TextDecoder();

export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return start >= end ? "" : decoder.decode(bytes.subarray(start, end));
}

/** A field, or none where there is no text. */
export function some<K extends string>(name: K, value: string): { [key in K]?: string } {
  return value === "" ? {} : ({ [name]: value } as { [key in K]?: string });
}

/** A field, or none for ABSENT and NOT_A_NUMBER. */
export function number<K extends string>(name: K, value: number): { [key in K]?: number } {
  return value < 0 ? {} : ({ [name]: value } as { [key in K]?: number });
}

/** A field that is there only when it says something. */
export function flag<K extends string>(name: K, value: boolean): { [key in K]?: true } {
  return value ? ({ [name]: true } as { [key in K]?: true }) : {};
}
