import { Command } from "commander";
import type { Destination } from "../forward/destination.ts";
import { type ProbeOutcome, PROBES, probe } from "../forward/probe.ts";
import { closeReasonAdvice } from "../forward/transport/close-reason.ts";
import type { ConnectStep, OpenedDetail, TlsDetail } from "../forward/transport/connection.ts";
import type { Transport } from "../forward/transport/transport.ts";
import { printable } from "../model/printable.ts";
import { type CommandContext, PartialFailure } from "./context.ts";
import { addDestinationOptions, type DestinationFlags, writtenOf } from "./destination-flags.ts";
import { labelled } from "./output/labelled.ts";
import { version } from "./version.ts";

/** What it means that a message is settled, by how it was sent. */
const settledMeans: Readonly<Record<Transport, string>> = {
  relp: "the server acknowledged each of them",
  "relp+tls": "the server acknowledged each of them",
  tcp: "the server read all of them before it closed",
  tls: "the server read all of them before it closed",
  unix: "the server read all of them before it closed",
  udp: "the kernel sent them; nobody tells whether a server has them",
};

export function testDestinationCommand(context: CommandContext): Command {
  const command = new Command("test")
    .description(`send ${PROBES} test messages to a server, and say what was seen on the way`)
    .argument("<url>", "a URL, or the name of a destination in the configuration");
  return addDestinationOptions(command).action(async (text: string, flags: DestinationFlags) => {
    const destination = await destinationOf(context, text, flags);
    const say = (label: string, ...parts: readonly string[]) => {
      context.stdout.write(labelled(label, parts.map(printable), context.columns));
    };
    const { format } = destination.message;
    const { transport, framing } = destination.transport;
    const hasFrames = transport === "tcp" || transport === "tls" || transport === "unix";
    say("Testing", destination.url);
    const outcome = await probe(
      destination,
      { node: context.hostname, version: version(), now: context.now() },
      {
        reached: (step) => say(...described(step)),
        opened: (detail) => sayOpened(detail, say),
        sent: (bytes) => {
          const frames = hasFrames ? [`framing ${framing},`] : [];
          say("Sent", `${bytes} bytes,`, ...frames, `format ${format}`);
        },
      },
    );
    for (const reason of outcome.refused) say("Refused", reason);
    const { isGood, lines } = verdict(outcome, transport);
    for (const line of lines) say("Result", ...line.split(" "));
    if (!isGood) throw new PartialFailure("The test failed");
  });
}

async function destinationOf(
  context: CommandContext,
  text: string,
  flags: DestinationFlags,
): Promise<Destination> {
  const { forward } = await context.settings({}, flags.config);
  const named = forward.find(({ name }) => name === text);
  if (named !== undefined && flags.set === undefined) return named;
  const given = await context.settings({ forward: [writtenOf(text, flags)] }, flags.config);
  return given.forward[0]!;
}

function described(step: ConnectStep): [string, ...string[]] {
  switch (step.step) {
    case "resolved":
      return ["Name", "is", step.addresses.join(", ")];
    case "connected": {
      const { address, port } = step;
      return ["Connect", "to", port === undefined ? address : `${address}, port ${port}`];
    }
    case "failed":
      return ["Connect", `to ${step.address}:`, step.why];
    case "secured":
      return ["TLS", ...tlsParts(step.tls)];
  }
}

function tlsParts({ protocol, cipher, peerName, fingerprint, validTo }: TlsDetail): string[] {
  return [
    `${protocol},`,
    `${cipher},`,
    `certificate of "${peerName}",`,
    `valid to ${validTo},`,
    fingerprint,
  ];
}

function sayOpened({ relp }: OpenedDetail, say: (label: string, part: string) => void): void {
  if (relp !== undefined) say("RELP", `version ${relp.version} of ${relp.software}`);
}

function verdict(
  { end, settled, refused, wasOpened }: ProbeOutcome,
  transport: Transport,
): { readonly isGood: boolean; readonly lines: readonly string[] } {
  const all = `${settled} of ${PROBES} messages`;
  if (settled === PROBES) return { isGood: true, lines: [`${all}: ${settledMeans[transport]}`] };
  if (refused.length > 0) {
    return { isGood: false, lines: [`${all} were taken, ${refused.length} were refused`] };
  }
  if (wasOpened && end.reason === "ended") {
    const what =
      "all were handed over, but the server has not closed its side: that it has read them " +
      "cannot be told";
    return { isGood: true, lines: [what] };
  }
  return { isGood: false, lines: [end.text, closeReasonAdvice[end.reason]] };
}
