import { describe, expect, it } from "vitest";
import { type Project, projectsFound, readProjectSearch } from "./projects";

const project = (id: string, state: string, name: string, code: string | null = null) =>
  ({ id, values: { name, code, state, customer: null, tags: [] } }) as unknown as Project;

describe("the projects that are shown", () => {
  const all = [
    project("1", "completed", "Website"),
    project("2", "active", "Übersetzung", "UE-7"),
    project("3", "draft", "Katalog"),
  ];
  const found = (search: Parameters<typeof projectsFound>[1]) =>
    projectsFound(all, search, ({ id }) => (id === "3" ? "Harbour Works" : ""), "en").map(({ id }) => id);

  it("begin with what is worked on", () => {
    expect(found({})).toEqual(["2", "3", "1"]);
  });

  it("are found by name, code and customer, without accents", () => {
    expect(found({ q: "ubersetzung" })).toEqual(["2"]);
    expect(found({ q: "ue-7" })).toEqual(["2"]);
    expect(found({ q: "harbour" })).toEqual(["3"]);
    expect(found({ q: "harbour", state: "active" })).toEqual([]);
  });

  it("are what the address says, as far as it makes sense", () => {
    expect(readProjectSearch({ q: 7, state: "active", view: "board" })).toEqual({
      q: "7",
      state: "active",
      view: "board",
    });
    expect(readProjectSearch({ q: "", state: "asleep", view: "list", more: 1 })).toEqual({});
  });
});
