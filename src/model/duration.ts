import { MICROS_PER_MINUTE, MICROS_PER_SECOND } from "./time-unit.ts";

const unitMicros: Readonly<Record<string, number>> = {
  s: MICROS_PER_SECOND,
  m: MICROS_PER_MINUTE,
  h: 60 * MICROS_PER_MINUTE,
  d: 24 * 60 * MICROS_PER_MINUTE,
  w: 7 * 24 * 60 * MICROS_PER_MINUTE,
};

/** Microseconds of `90s`, `1h30m` or `7d`; undefined when it is no duration. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+[smhdw])+$/.test(text)) return undefined;
  let micros = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([smhdw])/g)) {
    micros += Number(count) * (unitMicros[unit ?? ""] ?? 0);
  }
  return micros;
}

/** `1h30m`, `7d`: what parseDuration() reads. Parts of a second are left out. */
export function formatDuration(micros: number): string {
  const parts: string[] = [];
  let rest = micros;
  for (const unit of ["d", "h", "m", "s"]) {
    const length = unitMicros[unit]!;
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.length === 0 ? "0s" : parts.join("");
}
