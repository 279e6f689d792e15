import { useMemo, useRef, useState } from "react";
import type { RecordTypeName } from "@/contract/contract";
import { ApiError } from "@/engine/api";
import { contract, type FieldMeta } from "@/engine/metadata";
import { useEngine } from "@/engine/react";
import { type Fault, type Import, recordsApi } from "@/engine/recordsApi";
import type { Engine } from "@/engine/types";
import { fold } from "@/ui/language/fold";
import { useCustomFields } from "@/ui/record/customFields";
import type { Complaint } from "@/ui/record/validate";
import { useFieldLabel, useNameOf, useValueWords } from "@/ui/record/words";
import { readCsv, type Table } from "./csv";
import { type Encoding, type FileText, readFileText } from "./fileText";
import { guessMapping, importableFields, type Mapping, partsOf } from "./mapping";

/** So many rows are checked at once: few enough that one sees it move. */
const checkedAtOnce = 500;
/** So many rows the server takes as one transaction. */
const writtenAtOnce = 5_000;

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
  const engine = useEngine();
  const { workspace } = engine;
  const labelOf = useFieldLabel();
  const custom = useCustomFields(type);
  const fields = useMemo(
    () =>
      importableFields(
        type,
        custom.map(({ meta }) => meta),
      ),
    [type, custom],
  );
  const translate = useTranslate(type, fields);
  const [bytes, setBytes] = useState<Uint8Array>(new Uint8Array());
  const [fileText, setFileText] = useState<FileText | null>(null);
  const [table, setTable] = useState<Table>({ heads: [], rows: [] });
  const [mapping, setMapping] = useState<Mapping>([]);
  const [stage, setStage] = useState<Stage>({ at: "file" });
  const [trouble, setTrouble] = useState<Complaint | null>(null);
  const stopped = useRef(false);

  /** @param asked what the person says that the file is in; what they chose before stays where it is not */
  function take(bytes: Uint8Array, asked?: Encoding): void {
    const text = readFileText(bytes, asked);
    if ("code" in text) {
      setTrouble(text);
      return;
    }
    const found = readCsv(text.text);
    const isEmpty = found.rows.length === 0;
    setBytes(bytes);
    setFileText(text);
    setTable(found);
    setMapping(guessMapping(found.heads, fields, (name) => labelOf({ type }, name)));
    setTrouble(isEmpty ? { code: "import.empty" } : null);
    setStage({ at: isEmpty ? "file" : "columns" });
  }

  /** Part by part; ends where one is refused. */
  async function each(
    size: number,
    at: "checking" | "importing",
    run: (part: Import, first: number) => Promise<void>,
  ): Promise<boolean> {
    stopped.current = false;
    setTrouble(null);
    setStage({ at, done: 0 });
    try {
      for (const [index, part] of partsOf(table, mapping, size, translate).entries()) {
        if (stopped.current) return false;
        await run(part, index * size);
        setStage({ at, done: Math.min((index + 1) * size, table.rows.length) });
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
    const whole = await each(checkedAtOnce, "checking", async (part, first) => {
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
    const whole = await each(writtenAtOnce, "importing", async (part, first) => {
      const asked = await recordsApi.import(workspace, type, part);
      const size = Math.min(writtenAtOnce, table.rows.length - first);
      await ended(engine, asked.run, (share) =>
        setStage({ at: "importing", done: first + Math.round(share * size) }),
      );
      transactions.push(asked.transaction);
      rows = first + size;
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
    fields,
    fileText,
    read: (file: File) => void file.arrayBuffer().then((buffer) => take(new Uint8Array(buffer))),
    readAs: (encoding: Encoding) => take(bytes, encoding),
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

export type Importing = ReturnType<typeof useImport>;

/** Waits for the job's end, and says how far it is meanwhile, from 0 to 1. Throws `ApiError` where it did not succeed. */
function ended(engine: Engine, run: string, tell: (share: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    function look(): boolean {
      const job = engine.record("jobs.run", run)?.values;
      if (job === undefined) return false;
      if (job.state === "waiting" || job.state === "running") {
        tell(job.percent / 100);
        return false;
      }
      if (job.state === "done") resolve();
      else reject(new ApiError(problemOf(job.step)));
      return true;
    }
    if (look()) return;
    const stop = engine.subscribe("jobs.run", () => look() && stop());
  });
}

/** A job says why it failed by a code; one that was cancelled, or broke, says nothing that a person could mend. */
function problemOf(step: string | null): ApiError["problem"] {
  const code = contract.errors.find((known) => known === step) ?? "server.error";
  return { type: "about:blank", title: code, status: 422, detail: code, code, params: { count: "" } };
}

/** What people write for a choice or for another record, as the field holds it; anything else stays as it is. */
function useTranslate(
  type: RecordTypeName,
  fields: readonly FieldMeta[],
): (field: string, cell: string) => string {
  const engine = useEngine();
  const words = useValueWords();
  const nameOf = useNameOf();
  return (field, cell) => {
    const meta = fields.find(({ name }) => name === field);
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
