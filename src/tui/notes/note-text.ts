import { isMuted, type Note } from "./note.ts";

/** `✓ muted to 12-06 team-shop`: of a flow in a table. */
export function noteText(note: Note | undefined, now: number): string {
  if (note === undefined) return "";
  const { acknowledged, mutedUntil, text } = note;
  return [
    ...(acknowledged === undefined ? [] : ["✓"]),
    ...(isMuted(note, now) ? [`muted to ${mutedUntil!.slice(5, 10)}`] : []),
    ...(text === undefined ? [] : [text]),
  ].join(" ");
}
