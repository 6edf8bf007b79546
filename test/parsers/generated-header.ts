import fc from "fast-check";
import type { Denial } from "../../src/model/denial.ts";
import { notAfter } from "./read-line.ts";

type HeaderFields = Pick<Denial, "time" | "timeInferred" | "node" | "uptime" | "caller">;

/** What stands before a kernel message, and what it says. */
export type GeneratedHeader = {
  readonly text: string;
  readonly fields: HeaderFields;
  /** Puts a message into a line of which it is a part. */
  readonly wrap?: (message: string) => string;
};

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const node = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9.-]{0,20}$/);
const priority = fc.constantFrom("", "<4>", "<5>", "<6>", "<14>", "<191>");
const seconds = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) / 1000 });
/** Within the year before notAfter, so that the year can be told. */
const recentSeconds = fc.integer({
  min: notAfter / 1_000_000 - 360 * 86_400,
  max: notAfter / 1_000_000,
});
const fraction = fc.stringMatching(/^\d{0,9}$/);

function iso(utcSeconds: number): string {
  return new Date(utcSeconds * 1000).toISOString().slice(0, 19);
}

function shownTime(utcSeconds: number, digits: string): string {
  return `${iso(utcSeconds)}${digits === "" ? "" : `.${digits.slice(0, 6)}`}Z`;
}

const two = (value: number) => String(value).padStart(2, "0");

const zone = fc
  .tuple(fc.integer({ min: -48, max: 56 }), fc.constantFrom(":", ""), fc.boolean())
  .map(([quarters, colon, asLetter]) => {
    const minutes = Math.abs(quarters) * 15;
    const sign = quarters < 0 ? "-" : "+";
    const text = `${sign}${two(Math.floor(minutes / 60))}${colon}${two(minutes % 60)}`;
    return { seconds: quarters * 900, text: quarters === 0 && asLetter ? "Z" : text };
  });

/** RFC 3339 as rsyslog, journald and dmesg write it. */
const absoluteStamp = fc
  .tuple(seconds, fraction, fc.constantFrom(".", ","), zone)
  .map(([utc, digits, point, offset]) => ({
    text: `${iso(utc + offset.seconds)}${digits === "" ? "" : point + digits}${offset.text}`,
    time: shownTime(utc, digits),
  }));

/** RFC 3164; the fraction is journald's (`short-precise`). */
const yearlessStamp = fc
  .tuple(recentSeconds, fc.constantFrom("", fraction), fc.constantFrom(" ", "0", ""))
  .chain(([utc, digits, padding]) =>
    (typeof digits === "string" ? fc.constant(digits) : digits).map((chosen) => {
      const date = new Date(utc * 1000);
      const day = String(date.getUTCDate()).padStart(padding === "" ? 1 : 2, padding || " ");
      const clock = iso(utc).slice(11);
      const fraction = chosen === "" ? "" : `.${chosen}`;
      const text = `${months[date.getUTCMonth()]} ${day} ${clock}${fraction}`;
      return { text, time: shownTime(utc, chosen) };
    }),
  );

const uptime = fc
  .tuple(
    fc.integer({ min: 0, max: 99_999_999 }),
    fc.integer({ min: 0, max: 999_999 }),
    fc.constantFrom("", "", "T1", "T123", "C3"),
  )
  .map(([whole, micros, caller]) => ({
    text:
      `[${String(whole).padStart(5)}.${String(micros).padStart(6, "0")}]` +
      (caller === "" ? " " : `[${caller.padStart(6)}] `),
    fields: {
      uptime: whole + micros / 1_000_000,
      ...(caller === "" ? {} : { caller }),
    },
  }));

type Uptime = { text: string; fields: { uptime?: number; caller?: string } };
export const optionalUptime: fc.Arbitrary<Uptime> = fc.oneof(
  fc.constant({ text: "", fields: {} }),
  uptime,
);

/** `<5>Nov 22 14:28:43 worker-1 kernel: [ 1371.899294] ` */
const tagged = fc
  .tuple(priority, fc.oneof(absoluteStamp, yearlessStamp), node, optionalUptime)
  .map(([pri, stamp, name, { text, fields }]) => ({
    text: `${pri}${stamp.text} ${name} kernel: ${text}`,
    fields: { time: stamp.time, node: name, ...fields },
  }));

/** RSYSLOG_SyslogProtocol23Format; imklog leaves a message its leading space. */
const framed = fc
  .tuple(absoluteStamp, node, fc.constantFrom("", " "), optionalUptime)
  .map(([stamp, name, space, { text, fields }]) => ({
    text: `<5>1 ${stamp.text} ${name} kernel - - - ${space}${text}`,
    fields: { time: stamp.time, node: name, ...fields },
  }));

/** dmesg, with -r a priority before it: no stamp, so the file's own time stands in. */
const ringBuffer = fc.tuple(priority, optionalUptime).map(([pri, { text, fields }]) => ({
  text: `${pri}${text}`,
  fields: { time: "2026-11-23T00:00:00.000000Z", timeInferred: true, ...fields },
}));

/** Relays, container runtimes and grep put their own in front; the header behind it counts. */
const enveloped = fc
  .tuple(
    fc.constantFrom(
      "<14>1 2023-10-29T20:45:24.299351Z - - - - - \u{feff}",
      '<14>1 2023-10-29T20:45:24Z relay vector 12 - [id a="]\\"" b="c"] ',
      "2023-10-29T20:45:24.123456789Z stdout F ",
      "2023-10-29T20:45:24.123456789Z stderr P ",
      "/var/log/syslog:",
      "syslog-",
      "kern.info: ",
    ),
    tagged,
  )
  .map(([envelope, { text, fields }]) => ({ text: envelope + text, fields }));

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
/** `dmesg -T` and `journalctl -o short-full`; both here in UTC. */
const calendar = fc.tuple(seconds, node, fc.boolean()).map(([utc, name, isFull]) => {
  const date = new Date(utc * 1000);
  const weekday = weekdays[date.getUTCDay()]!;
  const clock = iso(utc).slice(11);
  const time = shownTime(utc, "");
  if (isFull) {
    const text = `${weekday} ${iso(utc).slice(0, 10)} ${clock} UTC ${name} kernel: `;
    return { text, fields: { time, node: name } };
  }
  const month = months[date.getUTCMonth()]!;
  const day = String(date.getUTCDate()).padStart(2);
  const year = date.getUTCFullYear();
  return { text: `[${weekday} ${month} ${day} ${clock} ${year}] `, fields: { time } };
});

const sinceBoot = fc.tuple(
  fc.integer({ min: 0, max: 99_999_999 }),
  fc.integer({ min: 0, max: 999_999 }),
);
const noStamp = { time: "2026-11-23T00:00:00.000000Z", timeInferred: true };

/** /dev/kmsg, and `journalctl -o short-monotonic`. */
const monotonic = fc
  .tuple(sinceBoot, node, fc.constantFrom("-", "-,caller=T12", "c"), fc.boolean())
  .map(([[whole, micros], name, flags, isKmsg]) => {
    const uptime = whole + micros / 1_000_000;
    if (isKmsg) {
      const text = `6,1234,${whole * 1_000_000 + micros},${flags};`;
      return { text, fields: { ...noStamp, uptime } };
    }
    const text = `[${String(whole).padStart(5)}.${String(micros).padStart(6, "0")}] `;
    return { text: `${text}${name} kernel: `, fields: { ...noStamp, uptime, node: name } };
  });

/** `journalctl -o json`, its fields in any order, its message as text or as bytes. */
const journalJson = fc
  .tuple(seconds, sinceBoot, node, fc.boolean(), fc.boolean())
  .map(([utc, [whole, micros], name, isBytes, isFirst]) => ({
    text: "",
    fields: {
      time: shownTime(utc, "000042"),
      node: name,
      uptime: whole + micros / 1_000_000,
    },
    wrap: (message: string) => {
      const value = isBytes ? [...Buffer.from(message)] : message;
      const around = {
        __REALTIME_TIMESTAMP: `${utc * 1_000_000 + 42}`,
        _HOSTNAME: name,
        _SOURCE_MONOTONIC_TIMESTAMP: `${whole * 1_000_000 + micros}`,
        _TRANSPORT: "kernel",
        nested: { MESSAGE: ["}", 1, null] },
      };
      return JSON.stringify(
        isFirst ? { MESSAGE: value, ...around } : { ...around, MESSAGE: value },
      );
    },
  }));

/** Docker's json-file, around a line with a header of its own. */
const dockerJson = tagged.map(({ text, fields }) => ({
  text: "",
  fields,
  wrap: (message: string) =>
    JSON.stringify({ log: `${text}${message}\n`, stream: "stdout", time: "2023-01-01T00:00:00Z" }),
}));

export const generatedHeader: fc.Arbitrary<GeneratedHeader> = fc.oneof(
  { weight: 2, arbitrary: enveloped },
  calendar,
  monotonic,
  journalJson,
  dockerJson,
  { weight: 3, arbitrary: tagged },
  { weight: 1, arbitrary: framed },
  { weight: 1, arbitrary: ringBuffer },
);
