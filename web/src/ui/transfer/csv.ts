/** A table as a file holds it: its heads, and a text for each cell below them. */
export interface Table {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Of two that are there equally often it is the one that texts have more seldom. */
const separators = ["\t", ";", ","] as const;

/** Reads a table after RFC 4180, parted by whatever its first line is parted by most; lines without any text are left out. */
export function readCsv(text: string): Table {
  const plain = text.replace(/^\ufeff/u, "");
  const [heads = [], ...rows] = cellsOf(plain, separatorOf(plain)).filter((row) =>
    row.some((cell) => cell.trim() !== ""),
  );
  return { heads: heads.map((head) => head.trim()), rows };
}

/** The same with commas, every cell in quotes. */
export function writeCsv({ heads, rows }: Table): string {
  const line = (cells: readonly string[]) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",");
  // A row may be shorter than the heads, where nothing stands at its end.
  return [line(heads), ...rows.map((row) => line(heads.map((_, index) => row[index] ?? "")))].join("\r\n");
}

function separatorOf(text: string): string {
  const first = text.split(/\r?\n/u, 1)[0]?.replace(/"(?:[^"]|"")*"/gu, "") ?? "";
  const count = (separator: string) => first.split(separator).length;
  return separators.reduce((best, one) => (count(one) > count(best) ? one : best));
}

function cellsOf(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  function endCell(): void {
    row.push(cell);
    cell = "";
  }
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] as string;
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') cell += text[++at];
      else quoted = false;
    } else if (sign === '"' && cell.trim() === "") {
      cell = "";
      quoted = true;
    } else if (sign === separator) endCell();
    else if (sign === "\n") {
      endCell();
      rows.push(row);
      row = [];
    } else if (sign !== "\r") cell += sign;
  }
  endCell();
  rows.push(row);
  return rows;
}
