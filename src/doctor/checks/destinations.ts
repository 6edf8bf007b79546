import type { DestinationStatus } from "../../query/destinations.ts";
import { countOf } from "../../query/output/wording.ts";
import type { Check } from "../evidence.ts";
import type { Finding } from "../finding.ts";
import { shellWord } from "../../model/shell-word.ts";
import { sumOf } from "../../model/sum-of.ts";

const check = "destinations";

/** Whether what is counted gets to the servers that it is forwarded to. */
export const destinationsCheck: Check = async ({ settings, database }) => {
  const { content } = database();
  const known = content.state === "open" ? content.status.destinations : [];
  const configured = settings.forward.map(({ name }) => name);
  const notStarted = configured.filter((name) => !known.some((each) => each.name === name));
  const found = [
    ...known.flatMap((each) => findingsOf(each, configured.includes(each.name))),
    ...notStarted.map(waiting),
  ];
  if (found.length > 0 || known.length === 0) return found;
  return [{ level: "ok", check, seen: `${countOf(known.length, "destination")} without an error` }];
};

function findingsOf(destination: DestinationStatus, isConfigured: boolean): readonly Finding[] {
  const { name, url, lastError, lastErrorAt, settledAt, queued, dropped } = destination;
  const who = name === url ? url : `${name} (${url})`;
  // The agent may have been told of it by a flag.
  const test = `denyscope forward test ${shellWord(isConfigured ? name : url)}`;
  const lost = sumOf(dropped);
  const isFailing = lastError !== undefined && timeOf(lastErrorAt) > timeOf(settledAt);
  const failing: Finding = {
    level: "problem",
    check,
    name: "destination-failing",
    seen: `${who}: ${lastError}; ${countOf(queued, "message")} to be sent`,
    means: "they are kept and sent when it can be reached; when the spool is full the oldest go",
    mend: [test],
  };
  const left: Finding = {
    level: "note",
    check,
    name: "messages-dropped",
    seen: `${who}: ${countOf(lost, "message")} not sent`,
    means: "they are counted, and the server will never have them",
    mend: [test, "denyscope status"],
  };
  return [...(isFailing ? [failing] : []), ...(lost > 0 ? [left] : [])];
}

function timeOf(time: string | undefined): number {
  return time === undefined ? 0 : Date.parse(time);
}

function waiting(name: string): Finding {
  return {
    level: "note",
    check,
    name: "destination-not-started",
    seen: `no agent has sent anything to ${name}`,
    means: "the agent was started before it was configured, or has another configuration",
    mend: ["sudo systemctl reload denyscope", `denyscope forward test ${shellWord(name)}`],
  };
}
