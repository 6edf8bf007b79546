import { existsSync } from "node:fs";
import { type Document, isSeq } from "yaml";
import { replaceFile } from "./replace-file.ts";
import { yamlDocument } from "./yaml-document.ts";

const KEY = "forward";

/**
 * Adds a destination to a configuration file, whose comments and order stay as they are.
 *
 * @throws Error with one line for people when it cannot be read or written.
 */
export function addDestination(path: string, destination: unknown): void {
  const document = read(path);
  const list = document.get(KEY);
  if (isSeq(list)) list.add(document.createNode(destination));
  else document.set(KEY, document.createNode([destination]));
  write(path, document);
}

/** Removes the destination at an index of the list. */
export function removeDestination(path: string, index: number): void {
  const document = read(path);
  document.deleteIn([KEY, index]);
  const list = document.get(KEY);
  if (isSeq(list) && list.items.length === 0) document.delete(KEY);
  write(path, document);
}

/** What stands in the list of a file; empty where there is none. */
export function writtenDestinations(path: string): readonly unknown[] {
  const written: unknown = existsSync(path) ? read(path).toJS() : undefined;
  const list = (written as Record<string, unknown> | null | undefined)?.[KEY];
  return Array.isArray(list) ? list : [];
}

function read(path: string): Document {
  return yamlDocument("configuration", path);
}

function write(path: string, document: Document): void {
  try {
    replaceFile(path, document.toString());
  } catch (error) {
    throw new Error(
      `Cannot change configuration "${path}": ${(error as Error).message}; change it where it ` +
        "comes from, such as a ConfigMap",
      { cause: error },
    );
  }
}
