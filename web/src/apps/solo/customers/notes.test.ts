import { describe, expect, it } from "vitest";
import { type Note, notesFound } from "./notes";

const note = (id: string, kind: string, at: string, text: string) =>
  ({ id, values: { kind, at, text, contact: null } }) as unknown as Note;

describe("the communication with a customer", () => {
  const notes = [
    note("1", "call", "2026-11-02T09:00:00Z", "Wants an offer by Friday"),
    note("2", "mail", "2026-11-20T09:00:00Z", "Angebot für Müller geschickt"),
    note("3", "note", "2026-10-01T09:00:00Z", "Prefers calls"),
  ];
  const found = (query: string, kind: Parameters<typeof notesFound>[2] = null) =>
    notesFound(notes, query, kind, ({ id }) => (id === "1" ? "Ana Souza" : "")).map(({ id }) => id);

  it("stands as it happened, the newest first", () => {
    expect(found("")).toEqual(["2", "1", "3"]);
  });

  it("is found by any of its words, without accents, and by whom one talked to", () => {
    expect(found("muller angebot")).toEqual(["2"]);
    expect(found("ana")).toEqual(["1"]);
    expect(found("friday muller")).toEqual([]);
  });

  it("is told apart by its kind", () => {
    expect(found("", "call")).toEqual(["1"]);
  });
});
