import { describe, expect, it } from "vitest";
import { guessMapping, importableFields, partsOf, unfilled } from "./mapping";

const fields = importableFields("solo.customer");
const labels: Readonly<Record<string, string>> = { email: "E-Mail", vatId: "VAT ID", name: "Name" };

describe("the columns of a table", () => {
  it("are found by the names that people or programs give them, each once", () => {
    const guess = guessMapping(
      ["name", "E-mail", "vat id", "Shoe size", "Name"],
      fields,
      (name) => labels[name] ?? name,
    );
    expect(guess).toEqual(["name", "email", "vatId", null, null]);
  });

  it("must fill what a record cannot be without", () => {
    expect(unfilled(fields, ["email"]).map(({ name }) => name)).toEqual(["name"]);
    expect(unfilled(fields, ["name"])).toEqual([]);
  });
});

describe("the parts of a table", () => {
  it("hold its rows in their order, in the fields that were chosen", () => {
    const table = { heads: ["Who", "", "State"], rows: [["Ada", "x", "Active"], ["Bo"], ["Cy", "", "Lost"]] };
    const parts = partsOf(table, ["name", null, "status"], 2, (field, cell) =>
      field === "status" ? cell.toLowerCase() : cell,
    );
    expect([...parts]).toEqual([
      { csv: '"c0","c2"\r\n"Ada","active"\r\n"Bo",""', columns: { c0: "name", c2: "status" } },
      { csv: '"c0","c2"\r\n"Cy","lost"', columns: { c0: "name", c2: "status" } },
    ]);
  });
});
