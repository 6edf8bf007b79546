import type { FieldValue } from "../../../src/forward/message/message-fields.ts";
import { printable } from "../../../src/model/printable.ts";
import type { Endpoint } from "../../../src/model/endpoint.ts";
import type { Outgoing } from "../../../src/model/outgoing.ts";
import { formatTime } from "../../../src/model/time-window.ts";

export type Fields = Readonly<Record<string, string>>;

/**
 * What docs/messages.md says that a message has, as text: fields within fields have the flat names
 * of structured data.
 */
export function expectedFields(outgoing: Outgoing, withNames = true): Fields {
  if (outgoing.kind === "notice") {
    return textOf({ notice: outgoing.notice, ...outgoing.details });
  }
  const names = withNames
    ? { ...flat("src", outgoing.source), ...flat("dst", outgoing.destination) }
    : {};
  return textOf({ ...ownFields(outgoing), ...names });
}

/**
 * The names of fields that a message should have otherwise. Not the values: to print the difference
 * of long texts takes longer than all else when a counterexample is sought.
 */
export function wrongFields(found: Fields, expected: Fields, isCut: boolean): readonly string[] {
  const names = isCut ? Object.keys(found) : Object.keys({ ...found, ...expected });
  return names.filter((name) => found[name] !== expected[name]);
}

function ownFields(outgoing: Exclude<Outgoing, { kind: "notice" }>): object {
  if (outgoing.kind === "flow") {
    const { flow, intervalStart, intervalEnd, part, packets, attempts, bytes } = outgoing;
    const { firstSeen, lastSeen, tcpFlags } = outgoing;
    const times = timesOf({ intervalStart, intervalEnd, firstSeen, lastSeen });
    return { ...flow, ...times, part, packets, attempts, bytes, tcpFlags };
  }
  const { src, srcPort, dst, dstPort, protocol, icmpType, icmpCode, tcpFlags } = outgoing.denial;
  const { prefix, verdict, tier, kind, policy, policyCut, length, ttl } = outgoing.denial;
  const { fragmentOffset, incomplete, mark, uid, gid, timeInferred, repeated } = outgoing.denial;
  return {
    src,
    srcPort,
    dst,
    dstPort,
    protocol,
    icmpType,
    icmpCode,
    tcpFlags,
    in: outgoing.denial.in,
    out: outgoing.denial.out,
    direction: outgoing.direction,
    prefix,
    verdict,
    tier,
    kind,
    policy,
    policyCut,
    length,
    ttl,
    fragmentOffset,
    incomplete,
    mark,
    uid,
    gid,
    timeInferred,
    packets: repeated ?? 1,
    ...(outgoing.readTime === undefined ? {} : timesOf({ readTime: outgoing.readTime })),
  };
}

function timesOf(times: Readonly<Record<string, number>>): object {
  return Object.fromEntries(Object.entries(times).map(([key, time]) => [key, formatTime(time, 6)]));
}

function flat(side: "src" | "dst", names: Endpoint = {}): object {
  return Object.fromEntries(
    Object.entries(names).map(([key, name]) => [
      side + key.charAt(0).toUpperCase() + key.slice(1),
      name,
    ]),
  );
}

function textOf(fields: object): Fields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]: [string, FieldValue | undefined]) => {
      if (value === undefined) return [];
      return [[key, printable(typeof value === "object" ? value.join(" ") : String(value))]];
    }),
  );
}
