import { printable } from "../../model/printable.ts";
import { oneColumnEach, textWidth } from "../../model/text-width.ts";

/** What a text means; a theme says how it looks. Colour never says anything that text does not. */
export type Tone = "plain" | "dim" | "accent" | "denied" | "good" | "warning" | "bad";

export type Style = {
  readonly tone?: Tone;
  readonly isBold?: boolean;
  readonly isInverse?: boolean;
};

/**
 * A piece of a line on the screen. All text gets there as one of these, and is made safe for a
 * terminal here and nowhere else: its width is that of what is shown.
 */
export class Span {
  readonly text: string;
  readonly style: Style;
  readonly width: number;

  constructor(text: string, style: Style = {}) {
    // What takes a column each is harmless, too.
    const isSimple = oneColumnEach.test(text);
    this.text = isSimple ? text : printable(text);
    this.style = style;
    this.width = isSimple ? text.length : textWidth(this.text);
  }

  styled(style: Style): Span {
    return new Span(this.text, { ...this.style, ...style });
  }
}

export type Line = readonly Span[];

export function widthOf(line: Line): number {
  return line.reduce((sum, { width }) => sum + width, 0);
}
