/**
 * Whether nothing more is expected of a content: what is not closed and in no file any more may
 * have had lines that nobody counted. Of what was counted before nobody knows.
 */
export const closedSourcesSchema = `
ALTER TABLE sources ADD COLUMN is_closed INTEGER NOT NULL DEFAULT 1 CHECK (is_closed IN (0, 1));
`;
