import { Box, Text, useInput, useWindowSize } from "ink";
import { memo, useEffect, useState, useSyncExternalStore, type JSX } from "react";
import type { Session } from "./session.ts";
import { ShownLines } from "./shown-lines.ts";
import { normalKeys } from "./state/normal-keys.ts";
import type { Line } from "./text/span.ts";
import { lookOf } from "./theme.ts";

type Props = { readonly session: Session; readonly hasColour: boolean };

/** Shows what the session's state looks like, and tells the session what is pressed. */
export function Screen({ session, hasColour }: Props): JSX.Element {
  const [shown] = useState(() => new ShownLines());
  const lines = useSyncExternalStore(session.subscribe, () => shown.of(session.snapshot()));
  const { columns, rows } = useWindowSize();
  useEffect(() => session.resize({ columns, rows }), [session, columns, rows]);
  useInput((input, key) => {
    for (const each of normalKeys(input, key)) session.press(each);
  });
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a line is its place on the screen
        <Row key={index} line={line} hasColour={hasColour} />
      ))}
    </Box>
  );
}

type RowProps = { readonly line: Line; readonly hasColour: boolean };

const Row = memo(({ line, hasColour }: RowProps): JSX.Element => {
  return (
    <Text wrap="truncate">
      {line.map(({ text, style }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- so is a span in its line
        <Text key={index} {...lookOf(style, hasColour)}>
          {text}
        </Text>
      ))}
    </Text>
  );
});
