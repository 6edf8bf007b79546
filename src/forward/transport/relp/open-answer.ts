import type { RelpDetail } from "../connection.ts";
import type { Failure } from "../failure.ts";
import { plainText } from "../plain-text.ts";
import { answerCode } from "./answer-code.ts";

/** librelp speaks version 0, whatever the text of its protocol says. */
export const openOffers = "relp_version=0\nrelp_software=denyscope\ncommands=syslog";

/** What a server answers to `open`: who it is, or why it is of no use. */
export function readOpenAnswer(data: Buffer): RelpDetail | Failure {
  const code = answerCode(data, data.length);
  const [first = "", ...lines] = data.toString("latin1").split("\n").map(plainText);
  if (code === undefined) return { reason: "protocol", why: "its answer to open is no RELP" };
  if (code !== 200) return { reason: "open-refused", why: `it answered "${first}"` };
  const offers = new Map(lines.map((line) => splitAt(line, "=")));
  if (!offers.get("commands")?.split(",").includes("syslog")) {
    return { reason: "open-refused", why: "it does not offer the command syslog" };
  }
  return { software: offers.get("relp_software") ?? "", version: offers.get("relp_version") ?? "" };
}

function splitAt(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
