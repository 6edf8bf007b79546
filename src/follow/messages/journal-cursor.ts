const HEX = 16;

/** What a cursor of journald tells: `s=..;i=..;b=..;m=..;t=..;x=..`, numbers in hexadecimal. */
export type JournalCursor = {
  /** Of the numbering that `number` belongs to; empty where the cursor does not say. */
  readonly numbering: string;
  /** Of the entry among all of the numbering. */
  readonly number: number;
  /** Microseconds since the epoch; 0 where the cursor does not say. */
  readonly time: number;
};

export function readJournalCursor(cursor: string): JournalCursor {
  const parts = new Map(
    cursor.split(";").map((part) => {
      const [name = "", value = ""] = part.split("=", 2);
      return [name, value];
    }),
  );
  const number = Number.parseInt(parts.get("i") ?? "", HEX);
  const time = Number.parseInt(parts.get("t") ?? "", HEX);
  return {
    numbering: Number.isSafeInteger(number) ? (parts.get("s") ?? "") : "",
    number: Number.isSafeInteger(number) ? number : 0,
    time: Number.isSafeInteger(time) ? time : 0,
  };
}
