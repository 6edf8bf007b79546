const HEAD = "<134>1 2026-03-01T12:00:00.000000Z worker-1 denyscope - - - ";
const NUMBER_DIGITS = 9;
const MESSAGE_CHARACTERS = 500;
/** Bytes and characters differ, so that a frame by characters would not do. */
const ACCENTED = "naïve € ";

/** The message of a ticket, as long as that of a denial with its names. */
export function numberedMessage(ticket: number): Buffer {
  const text = `${HEAD}${String(ticket).padStart(NUMBER_DIGITS, "0")} ${ACCENTED}`;
  return Buffer.from(text.padEnd(MESSAGE_CHARACTERS, "abcdefghijklmnopqrstuvwxyz "));
}

/** The tickets of messages that a server stored; NaN where one is not whole. */
function storedTickets(lines: readonly string[]): number[] {
  return lines.map((line) => {
    const ticket = Number(line.trim().slice(0, NUMBER_DIGITS));
    return line.trim() === textOf(ticket) ? ticket : Number.NaN;
  });
}

function textOf(ticket: number): string {
  return Number.isNaN(ticket) ? "" : numberedMessage(ticket).toString().slice(HEAD.length).trim();
}

/** What is wrong with what was stored of so many messages; each list empty when all is well. */
export function miscarried(lines: readonly string[], count: number) {
  const tickets = storedTickets(lines);
  const stored = new Set(tickets);
  const missing = Array.from({ length: count }, (_, ticket) => ticket).filter(
    (ticket) => !stored.has(ticket),
  );
  return {
    missing,
    damaged: lines.filter((_, index) => Number.isNaN(tickets[index])).slice(0, 5),
    duplicates: tickets.length - stored.size,
  };
}
