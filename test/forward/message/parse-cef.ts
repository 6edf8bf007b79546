export type ParsedCef = {
  /** Version, vendor, product, product's version, signature, name, severity. */
  readonly header: readonly string[];
  readonly extension: Readonly<Record<string, string>>;
};

const keys = /(?:^| )([\w.]+)=/g;

/** What a receiver makes of a message in Common Event Format. */
export function parseCef(text: string): ParsedCef {
  const cef = text.slice(text.indexOf("CEF:") + "CEF:".length);
  const parts = /^((?:[^|\\]|\\[|\\])*\|){7}/.exec(cef)![0];
  const header = parts
    .slice(0, -1)
    .split(/(?<!(?<!\\)\\)\|/)
    .map((part) => part.replace(/\\([|\\])/g, "$1"));
  return { header, extension: extensionOf(cef.slice(parts.length)) };
}

/** A key begins behind a space and ends with `=`: within a value that is escaped. */
function extensionOf(text: string): Readonly<Record<string, string>> {
  const found = [...text.matchAll(keys)];
  const fields = found.map((match, index): readonly [string, string] => {
    const start = match.index + match[0].length;
    const value = text.slice(start, found[index + 1]?.index);
    return [match[1]!, value.replace(/\\([=\\])/g, "$1")];
  });
  const extension = Object.fromEntries(fields);
  if (Object.keys(extension).length < fields.length) throw new Error(`a key twice: ${text}`);
  return extension;
}
