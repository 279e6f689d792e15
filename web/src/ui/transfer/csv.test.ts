import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCsv, writeCsv } from "./csv";

describe("a table in a file", () => {
  it("is read whatever parts its cells", () => {
    expect(readCsv("\ufeffName;E-Mail\r\nOkafor Legal;a@b.example\r\n\r\n")).toEqual({
      heads: ["Name", "E-Mail"],
      rows: [["Okafor Legal", "a@b.example"]],
    });
    expect(readCsv("Name\tCity, country\nKelp\tMalmö, SE").rows).toEqual([["Kelp", "Malmö, SE"]]);
  });

  it("holds quotes, separators and lines inside of quotes", () => {
    expect(readCsv('Name,Remark\n"Kelp, ""the"" house","two\nlines"').rows).toEqual([
      ['Kelp, "the" house', "two\nlines"],
    ]);
  });

  it("comes back as it was written", () => {
    const cell = fc.string().map((text) => `x${text.replaceAll("\r", "")}`);
    const cells = fc.array(cell, { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(fc.array(cells, { minLength: 1 }), (rows) => {
        expect(readCsv(writeCsv({ heads: ["a", "b"], rows })).rows).toEqual(rows);
      }),
    );
  });
});
