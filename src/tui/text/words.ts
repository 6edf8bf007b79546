import { Span, type Style, type Tone } from "./span.ts";

export const plain = (text: string): Span => new Span(text);
export const dim = (text: string): Span => new Span(text, { tone: "dim" });
export const strong = (text: string): Span => new Span(text, { isBold: true });
export const toned = (text: string, tone: Tone, style: Style = {}): Span =>
  new Span(text, { ...style, tone });

/** In front of each of some rows: colour alone never tells which one is chosen. */
export const mark = (isChosen: boolean): Span => (isChosen ? toned("▸ ", "accent") : plain("  "));

/** `11-22 14:40` of an RFC 3339 time. */
export function minuteText(time: string): string {
  return time.slice(5, 16).replace("T", " ");
}

/** `11-22 14:40:15` */
export function secondText(time: string): string {
  return time.slice(5, 19).replace("T", " ");
}

const units = [
  [86_400, "d"],
  [3600, "h"],
  [60, "min"],
] as const;

/** `3 s`, `12 min`, `2 d` between two times in microseconds. */
export function ageText(micros: number): string {
  const seconds = Math.max(0, Math.round(micros / 1_000_000));
  const [length, name] = units.find(([each]) => seconds >= each) ?? [1, "s"];
  return `${Math.floor(seconds / length)} ${name}`;
}

/** `15 minutes`, `1 hour`, `2 days` */
export function lengthText(minutes: number): string {
  const [value, noun] =
    minutes % 1440 === 0
      ? [minutes / 1440, "day"]
      : minutes % 60 === 0
        ? [minutes / 60, "hour"]
        : [minutes, "minute"];
  return `${value} ${noun}${value === 1 ? "" : "s"}`;
}
