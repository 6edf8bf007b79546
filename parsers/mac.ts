import { COLON, SPACE } from "./scan.ts";

/** `aa:bb:...`: the 14 bytes of an Ethernet header, as `MAC=` has them nearly always. */
export const ETHERNET_HEADER_CHARACTERS = 41;

/** Whether an Ethernet header stands at `at`, told from its ends: no need to look at every byte. */
export function isEthernetHeader(bytes: Uint8Array, at: number, end: number): boolean {
  return (
    at + ETHERNET_HEADER_CHARACTERS < end &&
    bytes[at + ETHERNET_HEADER_CHARACTERS] === SPACE &&
    bytes[at + 2] === COLON &&
    bytes[at + ETHERNET_HEADER_CHARACTERS - 3] === COLON
  );
}
