import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { NotesFile } from "../../../src/tui/notes/notes-file.ts";
import { TemporaryFolder } from "../../follow/temporary-folder.ts";

const WEB = "from-pod shop/web-0 to-ip 10.96.0.1 to-port 443 protocol tcp";
const DNS = "from-ip 10.0.0.3 to-ip 10.0.1.2 to-port 53 protocol udp";
const TIME = "2026-11-22T12:00:00Z";

test("notes are kept, changed field by field, and taken away", () => {
  using folder = new TemporaryFolder();
  const path = folder.file("new/notes.yaml");
  const notes = new NotesFile(path);
  expect(notes.read()).toEqual({});
  expect(notes.change(WEB, { text: "team-shop" })).toEqual({ [WEB]: { text: "team-shop" } });
  notes.change(WEB, { acknowledged: TIME });
  notes.change(DNS, { mutedUntil: TIME });
  expect(new NotesFile(path).read()).toEqual({
    [WEB]: { text: "team-shop", acknowledged: TIME },
    [DNS]: { mutedUntil: TIME },
  });
  expect(notes.change(WEB, { text: undefined })[WEB]).toEqual({ acknowledged: TIME });
  expect(notes.change(WEB, { acknowledged: undefined })).toEqual({ [DNS]: { mutedUntil: TIME } });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("two screens with one file do not take each other's notes away", () => {
  using folder = new TemporaryFolder();
  const [one, other] = [0, 1].map(() => new NotesFile(folder.file("notes.yaml")));
  one!.change(WEB, { text: "team-shop" });
  other!.change(WEB, { acknowledged: TIME });
  expect(one!.change(DNS, { text: "dns" })).toEqual({
    [WEB]: { text: "team-shop", acknowledged: TIME },
    [DNS]: { text: "dns" },
  });
});

test("what a person wrote beside the notes stays: comments, order, a link, the mode", () => {
  using folder = new TemporaryFolder();
  const text = `# ours\n${WEB}:\n  text: team-shop # asked on Monday\n`;
  const path = folder.write("shared.yaml", text);
  chmodSync(path, 0o640);
  const link = folder.file("notes.yaml");
  symlinkSync(path, link);
  new NotesFile(link).change(DNS, { acknowledged: TIME });
  expect(readFileSync(path, "utf8")).toBe(`${text}${DNS}:\n  acknowledged: ${TIME}\n`);
  expect(statSync(path).mode & 0o777).toBe(0o640);
});

describe("a file that is none of notes is refused and stays as it is", () => {
  test.for([
    ["- a list\n", "expected filters, each with its note"],
    ["a: [\n", "Flow sequence in block collection"],
    ["from-port 1: {text: x}\n", 'Cannot filter by "from-port"'],
    [`${WEB}: team-shop\n`, "has no note: expected acknowledged, mutedUntil, text"],
    [`${WEB}: {owner: x}\n`, `"owner" of "${WEB}" is unknown: expected acknowledged`],
    [`${WEB}: {mutedUntil: soon}\n`, `has "soon": expected an RFC 3339 time`],
    [`${WEB}: {text: 7}\n`, "has 7: expected a text"],
  ] as const)("%j", ([text, message]) => {
    using folder = new TemporaryFolder();
    const path = folder.write("notes.yaml", text);
    const notes = new NotesFile(path);
    expect(() => notes.read()).toThrow(`Cannot read notes "${path}": `);
    expect(() => notes.read()).toThrow(message);
    expect(() => notes.change(DNS, { text: "x" })).toThrow(message);
    expect(readFileSync(path, "utf8")).toBe(text);
  });
});

test("a place that cannot be written to is told, and what to do", () => {
  using folder = new TemporaryFolder();
  folder.write("file", "");
  const notes = new NotesFile(folder.file("file/notes.yaml"));
  expect(() => notes.change(WEB, { text: "x" })).toThrow(
    /^Cannot keep the note in ".*": .*; name another file with --notes$/,
  );
  mkdirSync(folder.file("folder"));
  expect(() => new NotesFile(folder.file("folder")).read()).toThrow(/EISDIR/);
});
