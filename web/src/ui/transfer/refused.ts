import type { Fault } from "@/engine/recordsApi";
import { type Table, writeCsv } from "./csv";

/** A fault of one of the rows, with what stands in the cell; `null` where no cell is to blame. */
export interface RowFault extends Fault {
  readonly cell: string | null;
}

/** The rows are counted as spreadsheets do: the heads are row 1. */
const indexOf = (row: number): number => row - 2;

/** The table without the rows that something is wrong with. */
export function soundRows({ heads, rows }: Table, faults: readonly RowFault[]): Table {
  const faulty = new Set(faults.map(({ row }) => indexOf(row)));
  return { heads, rows: rows.filter((_, index) => !faulty.has(index)) };
}

/**
 * The rows that something is wrong with, as a file to mend and import again: as they were, and behind them what is wrong.
 *
 * @param reasonHead what the column is called that says it
 */
export function refusedRows(
  { heads, rows }: Table,
  faults: readonly RowFault[],
  reasonHead: string,
  reasonOf: (fault: RowFault) => string,
): string {
  const reasons = new Map<number, string[]>();
  for (const fault of faults) reasons.set(fault.row, [...(reasons.get(fault.row) ?? []), reasonOf(fault)]);
  const refused = [...reasons].toSorted(([one], [other]) => one - other);
  return writeCsv({
    heads: [...heads, reasonHead],
    rows: refused.map(([row, said]) => [
      ...heads.map((_, column) => notFormula(rows[indexOf(row)]?.[column] ?? "")),
      said.join(" "),
    ]),
  });
}

/** No cell is a formula to a spreadsheet; an import takes the apostrophe away again. */
const notFormula = (cell: string): string => (/^[=+\-@\t\r]/u.test(cell) ? `'${cell}` : cell);
