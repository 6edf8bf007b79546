/** The longest line that is read; of a longer one only its length is counted. */
export const lineBytesMax = 64 * 1024;

/** Denials kept with their raw text, whichever of the two is reached first. */
export const recentDenialsMax = 50_000;
export const recentBytesMax = 16 * 1024 * 1024;

/** Lines that a row of the loss ledger can name: sums stay exact numbers. */
export const lostLinesMax = Number.MAX_SAFE_INTEGER;

/** Examples of rejected lines kept for each reason, and how much of each. */
export const rejectedExamplesMax = 5;
export const rejectedExampleBytesMax = 512;
