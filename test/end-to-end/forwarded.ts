import { setTimeout as sleep } from "node:timers/promises";
import type { DestinationStatus } from "../../src/query/destinations.ts";
import { outputOf } from "./program.ts";

/** What a server stores of each message: its id, and the address that is the line's number. */
export const template = "%structured-data% %msg%";

const numberOfSource = /\bsrc="10\.(\d+)\.(\d+)\.(\d+)"/;

/** The events among stored messages, as they came: the number of the line, and the message's id. */
export function eventsIn(stored: readonly string[]): { number: number; id: string }[] {
  return stored.flatMap((line) => {
    const octets = numberOfSource.exec(line)?.slice(1).map(Number);
    const id = /\beventId="([^"]+)"/.exec(line)?.[1];
    if (octets === undefined || id === undefined) return [];
    return [{ number: (octets[0]! << 16) | (octets[1]! << 8) | octets[2]!, id }];
  });
}

/** What is wrong with what came: lines that are missing, ids of two lines, lines of two ids. */
export function faultsIn(
  events: readonly { readonly number: number; readonly id: string }[],
  lines: number,
): { missing: number; sharedIds: number; secondIds: number } {
  const idOf = new Map<number, string>();
  const numberOf = new Map<string, number>();
  let [sharedIds, secondIds] = [0, 0];
  for (const { number, id } of events) {
    if ((idOf.get(number) ?? id) !== id) secondIds++;
    if ((numberOf.get(id) ?? number) !== number) sharedIds++;
    idOf.set(number, id);
    numberOf.set(id, number);
  }
  return { missing: lines - idOf.size, sharedIds, secondIds };
}

/** How far each destination is, by its name. */
export async function destinationsOf(
  database: string,
): Promise<Readonly<Record<string, DestinationStatus>>> {
  const text = await outputOf(["status", "--db", database, "-o", "json"]);
  const { destinations } = JSON.parse(text) as { destinations: readonly DestinationStatus[] };
  return Object.fromEntries(destinations.map((each) => [each.name, each]));
}

/** Waits until nothing waits for any destination. */
export async function untilForwarded(database: string, msMax = 60_000): Promise<void> {
  for (const deadline = Date.now() + msMax; Date.now() < deadline; await sleep(250)) {
    const all = Object.values(await destinationsOf(database));
    if (all.every(({ queued }) => queued === 0)) return;
  }
}
