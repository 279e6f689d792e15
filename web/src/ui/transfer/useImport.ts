import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import { ApiError } from "@/engine/api";
import { fieldMeta } from "@/engine/metadata";
import { useEngine } from "@/engine/react";
import { type Fault, type Import, recordsApi } from "@/engine/recordsApi";
import { fold } from "@/ui/language/fold";
import type { Complaint } from "@/ui/record/validate";
import { useFieldLabel, useNameOf, useValueWords } from "@/ui/record/words";
import { readCsv, type Table } from "./csv";
import { guessMapping, importableFields, type Mapping, partsOf } from "./mapping";

/** So many rows go at once: few enough that one sees it move, and many enough that few transactions make an import. */
const partSize = 500;

export type Stage =
  | { readonly at: "file" }
  | { readonly at: "columns" }
  | { readonly at: "checking" | "importing"; readonly done: number }
  | { readonly at: "checked"; readonly faults: readonly Fault[]; readonly faultyRows: number }
  | {
      readonly at: "done";
      readonly rows: number;
      readonly transactions: readonly string[];
      readonly whole: boolean;
    };

/** An import from the file to its end: columns, a trial of every row, and then all of them. */
export function useImport(type: RecordTypeName) {
  const { i18n } = useTranslation();
  const { workspace } = useEngine();
  const labelOf = useFieldLabel();
  const translate = useTranslate(type);
  const [table, setTable] = useState<Table>({ heads: [], rows: [] });
  const [mapping, setMapping] = useState<Mapping>([]);
  const [stage, setStage] = useState<Stage>({ at: "file" });
  const [trouble, setTrouble] = useState<Complaint | null>(null);
  const stopped = useRef(false);

  async function read(file: File): Promise<void> {
    const found = readCsv(await file.text());
    setTable(found);
    setMapping(guessMapping(found.heads, importableFields(type), (name) => labelOf({ type }, name)));
    setTrouble(found.rows.length === 0 ? { code: "import.empty" } : null);
    setStage({ at: found.rows.length === 0 ? "file" : "columns" });
  }

  /** Part by part; ends where one is refused. */
  async function each(
    at: "checking" | "importing",
    run: (part: Import, first: number) => Promise<void>,
  ): Promise<boolean> {
    stopped.current = false;
    setTrouble(null);
    setStage({ at, done: 0 });
    try {
      for (const [index, part] of partsOf(table, mapping, partSize, translate).entries()) {
        if (stopped.current) return false;
        await run(part, index * partSize);
        setStage({ at, done: Math.min((index + 1) * partSize, table.rows.length) });
      }
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setTrouble(error.problem);
      return false;
    }
  }

  async function check(): Promise<void> {
    const faults: Fault[] = [];
    let faultyRows = 0;
    const whole = await each("checking", async (part, first) => {
      const trial = await recordsApi.tryImport(workspace, type, part);
      faults.push(
        ...trial.faults.map((fault) => ({ ...fault, row: fault.row + first, column: headOf(fault.column) })),
      );
      faultyRows += trial.faultyRows;
    });
    setStage(whole ? { at: "checked", faults, faultyRows } : { at: "columns" });
  }

  async function run(): Promise<void> {
    const transactions: string[] = [];
    let rows = 0;
    const whole = await each("importing", async (part, first) => {
      transactions.push((await recordsApi.import(workspace, type, part)).id);
      rows = Math.min(first + partSize, table.rows.length);
    });
    setStage(whole || rows > 0 ? { at: "done", rows, transactions, whole } : { at: "columns" });
  }

  const headOf = (column: string | null | undefined) =>
    column?.startsWith("c") ? (table.heads[Number(column.slice(1))] ?? null) : null;

  return {
    table,
    mapping,
    stage,
    trouble,
    language: i18n.language,
    read: (file: File) => void read(file),
    choose: (index: number, field: string | null) =>
      setMapping(mapping.map((held, at) => (at === index ? field : held === field ? null : held))),
    back: () => setStage({ at: "columns" }),
    check: () => void check(),
    run: () => void run(),
    stop: () => {
      stopped.current = true;
    },
  };
}

/** What people write for a choice or for another record, as the field holds it; anything else stays as it is. */
function useTranslate(type: RecordTypeName): (field: string, cell: string) => string {
  const engine = useEngine();
  const words = useValueWords();
  const nameOf = useNameOf();
  return (field, cell) => {
    const meta = fieldMeta(type, field);
    const wanted = fold(cell.trim());
    if (meta === undefined || wanted === "") return cell;
    if (meta.kind === "choice") {
      const same = (choice: string) =>
        [choice, words(meta, type, choice) ?? ""].some((text) => fold(text) === wanted);
      return meta.choices?.find(same) ?? cell;
    }
    if (meta.kind !== "reference" || meta.target === undefined) return cell;
    const target = meta.target as RecordTypeName;
    return (
      engine.records(target).find(({ id }) => id === wanted || fold(nameOf(target, id) ?? "") === wanted)
        ?.id ?? cell
    );
  };
}
