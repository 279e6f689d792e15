import { describe, expect, it } from "vitest";
import { readCsv } from "./csv";
import { type RowFault, refusedRows, soundRows } from "./refused";

const table = {
  heads: ["Company", "E-Mail"],
  rows: [["Good", "g@example.org"], ["Bad", "foo@"], ["=SUM(A1)", "bar@"], ["Fine"]],
};
const fault = (row: number, column: string, cell: string): RowFault => ({
  row,
  column,
  cell,
  error: { type: "", title: "", status: 422, detail: "", code: "field.malformed" },
});
const faults = [fault(4, "E-Mail", "bar@"), fault(3, "E-Mail", "foo@"), fault(3, "Company", "Bad")];

describe("rows that cannot be imported", () => {
  it("are left out, and the others stay as they are", () => {
    expect(soundRows(table, faults)).toEqual({
      heads: table.heads,
      rows: [["Good", "g@example.org"], ["Fine"]],
    });
    expect(soundRows(table, [])).toEqual(table);
  });

  it("come as a file in the order of the rows, each with all that is wrong, and no cell is a formula", () => {
    const file = refusedRows(table, faults, "What is wrong", ({ cell }) => `${cell} is wrong.`);
    expect(readCsv(file)).toEqual({
      heads: ["Company", "E-Mail", "What is wrong"],
      rows: [
        ["Bad", "foo@", "foo@ is wrong. Bad is wrong."],
        ["'=SUM(A1)", "bar@", "bar@ is wrong."],
      ],
    });
  });
});
