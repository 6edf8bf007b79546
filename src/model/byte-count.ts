const units: Readonly<Record<string, number>> = {
  "": 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Bytes of `1GiB`, `512MiB`, `1048576`; undefined where it is written otherwise. */
export function parseBytes(text: string): number | undefined {
  const [, count, unit = ""] = /^(\d{1,12})([KMGT]iB)?$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * units[unit]!;
}
