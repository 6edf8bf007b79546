import { existsSync, readFileSync } from "node:fs";
import { type Document, parseDocument } from "yaml";
import { yamlReason } from "../model/yaml-reason.ts";

/**
 * A YAML file to be changed, with its comments and order; an empty document where there is none.
 * `what` says in the error which file it is.
 *
 * @throws RangeError with one line for people when it is no YAML.
 */
export function yamlDocument(what: string, path: string): Document {
  const document = parseDocument(existsSync(path) ? readFileSync(path, "utf8") : "");
  const [error] = document.errors;
  if (error === undefined) return document;
  throw new RangeError(`Cannot read ${what} "${path}": ${yamlReason(error)}`);
}
