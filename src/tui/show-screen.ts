import { render } from "ink";
import { createElement } from "react";
import { Screen } from "./Screen.tsx";
import type { Session } from "./session.ts";

export type ScreenOptions = {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly hasColour: boolean;
};

/** The screen while it is shown. */
export type Shown = {
  /** Gives the terminal back. */
  readonly hide: () => void;
  /** Resolves when it was given back. */
  readonly hidden: Promise<unknown>;
};

/** Takes the terminal and shows the session there. */
export function showScreen(session: Session, options: ScreenOptions): Shown {
  const { stdin, stdout, hasColour } = options;
  const instance = render(createElement(Screen, { session, hasColour }), {
    stdin,
    stdout,
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    exitOnCtrlC: false,
    maxFps: 60,
  });
  return { hide: () => instance.unmount(), hidden: instance.waitUntilExit() };
}
