import { describe, expect, it } from "vitest";
import { chosenFields, columnTracks, shownColumns } from "./columns";
import { customers } from "./testing/customers";

const fields = (chosen: readonly string[] | null) =>
  shownColumns(customers, chosen).map(({ field }) => field);

describe("columns", () => {
  it("are the list's own until a person chooses, and the name is always there", () => {
    expect(fields(null)).toEqual(["name", "status", "tags", "updatedAt"]);
    expect(fields(["email", "status"])).toEqual(["name", "status", "email"]);
    expect(fields([])).toEqual(["name"]);
  });

  it("are kept only where they differ from the list's own, without what it does not know", () => {
    expect(chosenFields(customers, ["updatedAt", "tags", "status"])).toBeNull();
    expect(chosenFields(customers, ["email", "shoeSize"])).toEqual(["email"]);
    expect(chosenFields(customers, [])).toEqual([]);
  });

  it("are as wide in every row, so that one stands below the other", () => {
    expect(columnTracks(customers, shownColumns(customers, null))).not.toContain("auto");
  });
});
