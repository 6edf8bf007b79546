import fc from "fast-check";
import type { Denial } from "../../src/model/denial.ts";
import { notAfter } from "./read-line.ts";

type HeaderFields = Pick<Denial, "time" | "timeInferred" | "node" | "uptime">;

/** What stands before a kernel message, and what it says. */
export type GeneratedHeader = { readonly text: string; readonly fields: HeaderFields };

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
    fc.constantFrom("", "", "[    T1]", "[  T123]", "[    C3]"),
  )
  .map(([whole, micros, caller]) => ({
    text: `[${String(whole).padStart(5)}.${String(micros).padStart(6, "0")}]${caller} `,
    fields: { uptime: whole + micros / 1_000_000 },
  }));

export const optionalUptime: fc.Arbitrary<{ text: string; fields: { uptime?: number } }> = fc.oneof(
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

export const generatedHeader: fc.Arbitrary<GeneratedHeader> = fc.oneof(
  { weight: 3, arbitrary: tagged },
  { weight: 1, arbitrary: framed },
  { weight: 1, arbitrary: ringBuffer },
);
