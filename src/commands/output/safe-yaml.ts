import { Document, isScalar, Scalar, visit } from "yaml";
import { unsafeCharacters } from "../../model/printable.ts";

type Style = "data" | "manifest";

/**
 * YAML in which everything that a terminal would obey is an escape, as in safeJson(). A manifest
 * looks as kubectl writes it, and means the same to its YAML 1.1, which takes `on` for true.
 */
export function safeYaml(value: unknown, style: Style = "data"): string {
  const isManifest = style === "manifest";
  const document = new Document(value, {
    aliasDuplicateObjects: false,
    compat: isManifest ? "yaml-1.1" : null,
  });
  visit(document, {
    Scalar: (_, node) => {
      // Only within double quotes has YAML escapes.
      if (isUnsafe(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
    Pair: (_, { key }) => {
      if (isScalar(key) && isUnsafe(key.value)) key.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document
    .toString({ lineWidth: 0, indentSeq: !isManifest })
    .replace(unsafeCharacters, (character) => (character === "\n" ? character : escape(character)));
}

function isUnsafe(value: unknown): boolean {
  return (
    typeof value === "string" && (value.search(unsafeCharacters) >= 0 || !value.isWellFormed())
  );
}

/** YAML names a character by its code point, never by half of it (YAML 1.2.2, 5.7). */
function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
}
