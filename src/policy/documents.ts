import { parseAllDocuments } from "yaml";
import { yamlReason } from "../model/yaml-reason.ts";
import { Field } from "./field.ts";
import { WrongField } from "./wrong-field.ts";

/** A document of a file, or an item of a list in it. */
export type PolicyDocument = {
  /** `document 2`, `document 1, item 3` */
  readonly place: string;
  readonly content: Field;
};

/**
 * The documents of YAML or JSON, empty ones left out; lists of Kubernetes, and plain ones, which
 * calicoctl takes too, item by item.
 *
 * @throws WrongField where the text is no YAML.
 */
export function documentsOf(text: string): PolicyDocument[] {
  // What it warns of, such as mappings for keys, is said of the field where it matters.
  const parsed = parseAllDocuments(text, { merge: true, logLevel: "error" });
  const documents = Array.isArray(parsed) ? parsed : [];
  return documents.flatMap((document, index) => {
    const place = `document ${index + 1}`;
    const [error] = document.errors;
    if (error !== undefined) throw new WrongField(`${place}: ${yamlReason(error)}`);
    try {
      const value: unknown = document.toJS();
      return value === null || value === undefined ? [] : itemsOf(new Field(value), place);
    } catch (cause) {
      // An alias within an alias within an alias may stand for more than memory holds.
      throw new WrongField(`${place}: ${yamlReason(cause as Error)}`, { cause });
    }
  });
}

function itemsOf(content: Field, place: string): PolicyDocument[] {
  const kind = content.at("kind").value;
  const isList = typeof kind === "string" && kind.endsWith("List");
  const list = Array.isArray(content.value) ? content : content.at("items");
  if (list === content || (isList && Array.isArray(list.value))) {
    return list.list().map((item, index) => ({
      place: `${place}, item ${index + 1}`,
      content: new Field(isList ? withKind(item, content, kind) : item.value),
    }));
  }
  return [{ place, content }];
}

/** Items of a list such as NetworkPolicyList may leave out what they are. */
function withKind(item: Field, list: Field, kind: string): unknown {
  if (kind === "List" || item.at("kind").isGiven) return item.value;
  const inherited = { apiVersion: list.at("apiVersion").value, kind: kind.replace(/List$/, "") };
  return { ...inherited, ...item.mapping() };
}
