import stringWidth from "string-width";
import { printable } from "../../model/printable.ts";

/** What a text means; a theme says how it looks. Colour never says anything that text does not. */
export type Tone = "plain" | "dim" | "accent" | "denied" | "good" | "warning" | "bad";

export type Style = {
  readonly tone?: Tone;
  readonly isBold?: boolean;
  readonly isInverse?: boolean;
};

/**
 * ASCII, box drawing and blocks: harmless, and a column each. To measure other text takes a hundred
 * times as long, for any character may begin an emoji.
 */
const simple = /^[ -~\u2500-\u259f…]*$/;

/**
 * A piece of a line on the screen. All text gets there as one of these, and is made safe for a
 * terminal here and nowhere else: its width is that of what is shown.
 */
export class Span {
  readonly text: string;
  readonly style: Style;
  readonly width: number;

  constructor(text: string, style: Style = {}) {
    const isSimple = simple.test(text);
    this.text = isSimple ? text : printable(text);
    this.style = style;
    this.width = isSimple ? text.length : stringWidth(this.text);
  }

  styled(style: Style): Span {
    return new Span(this.text, { ...this.style, ...style });
  }
}

export type Line = readonly Span[];

export function widthOf(line: Line): number {
  return line.reduce((sum, { width }) => sum + width, 0);
}
