import type { TextProps } from "ink";
import type { Style, Tone } from "./text/span.ts";

/** Colours of the terminal's own palette: they fit light and dark, and 16 are enough. */
const colours: Readonly<Record<Tone, string | undefined>> = {
  plain: undefined,
  dim: undefined,
  accent: "cyan",
  denied: "red",
  good: "green",
  warning: "yellow",
  bad: "red",
};

export type Look = Pick<TextProps, "color" | "bold" | "inverse" | "dimColor">;

/** How a style looks. Without colours, bold, dim and inverse text stay. */
export function lookOf({ tone = "plain", isBold, isInverse }: Style, hasColour: boolean): Look {
  const color = hasColour ? colours[tone] : undefined;
  return {
    ...(color === undefined ? {} : { color }),
    ...(tone === "dim" ? { dimColor: true } : {}),
    ...(isBold === true ? { bold: true } : {}),
    ...(isInverse === true ? { inverse: true } : {}),
  };
}
