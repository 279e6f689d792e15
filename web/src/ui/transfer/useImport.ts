import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import { ApiError, problemOf } from "@/engine/api";
import { contract } from "@/engine/metadata";
import { useEngine, useMe } from "@/engine/react";
import { type Import, recordsApi } from "@/engine/recordsApi";
import type { Engine } from "@/engine/types";
import { useFormats } from "@/ui/language/formats";
import { useCustomFields } from "@/ui/record/customFields";
import { useTakeBack } from "@/ui/record/useTakeBack";
import type { Complaint } from "@/ui/record/validate";
import { useFieldLabel } from "@/ui/record/words";
import { readCsv, type Table } from "./csv";
import { type Encoding, type FileText, readFileText } from "./fileText";
import { guessMapping, importableFields, type Mapping, partsOf } from "./mapping";
import { type RowFault, soundRows } from "./refused";
import { useTranslate } from "./translate";

/** So many rows are checked at once: few enough that one sees it move. */
const checkedAtOnce = 500;
/** So many rows the server takes as one transaction. */
const writtenAtOnce = 5_000;

export type Stage =
  | { readonly at: "file" }
  | { readonly at: "columns" }
  | { readonly at: "checking" | "importing"; readonly done: number; readonly total: number }
  | { readonly at: "checked"; readonly faults: readonly RowFault[]; readonly faultyRows: number }
  | {
      readonly at: "done";
      readonly rows: number;
      readonly transactions: readonly string[];
      readonly whole: boolean;
      /** Of the rows that were left out. */
      readonly faults: readonly RowFault[];
    };

/** An import from the file to its end: columns, a trial of every row, and then all that are sound. */
export function useImport(type: RecordTypeName) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { offer } = useTakeBack();
  const engine = useEngine();
  const { workspace } = engine;
  const labelOf = useFieldLabel();
  const custom = useCustomFields(type);
  const { me, changes } = useMe();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what I may follows from who I am
  const fields = useMemo(() => {
    const metas = custom.map(({ meta }) => meta);
    return importableFields(type, metas).filter((meta) => changes(type, meta));
  }, [type, custom, me]);
  const translate = useTranslate(type, fields);
  const [bytes, setBytes] = useState<Uint8Array>(new Uint8Array());
  const [fileText, setFileText] = useState<FileText | null>(null);
  const [table, setTable] = useState<Table>({ heads: [], rows: [] });
  const [mapping, setMapping] = useState<Mapping>([]);
  const [stage, setStage] = useState<Stage>({ at: "file" });
  const [trouble, setTrouble] = useState<Complaint | null>(null);
  const stopped = useRef(false);
  useEffect(
    () => () => {
      stopped.current = true;
    },
    [],
  );

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
    table: Table,
    size: number,
    at: "checking" | "importing",
    run: (part: Import, first: number) => Promise<void>,
  ): Promise<boolean> {
    const total = table.rows.length;
    let isWhole = false;
    async function all(): Promise<void> {
      let done = 0;
      for (const part of partsOf(table, mapping, size, translate())) {
        // What is being written is not left half done.
        if (stopped.current && at === "checking") return;
        await run(part, done);
        done = Math.min(done + size, total);
        setStage({ at, done, total });
      }
      isWhole = true;
    }
    stopped.current = false;
    setTrouble(null);
    setStage({ at, done: 0, total });
    setTrouble(await problemOf(all()));
    return isWhole;
  }

  async function check(): Promise<void> {
    const faults: RowFault[] = [];
    let faultyRows = 0;
    const whole = await each(table, checkedAtOnce, "checking", async (part, first) => {
      const trial = await recordsApi.tryImport(workspace, type, part);
      faults.push(
        ...trial.faults.map(({ row, column, error }) => ({
          row: row + first,
          column: headOf(column),
          cell: cellOf(row + first, column),
          error,
        })),
      );
      faultyRows += trial.faultyRows;
    });
    setStage(whole ? { at: "checked", faults, faultyRows } : { at: "columns" });
  }

  /** @param faults of the rows that are left out */
  async function run(faults: readonly RowFault[]): Promise<void> {
    const transactions: string[] = [];
    const sound = soundRows(table, faults);
    let rows = 0;
    const whole = await each(sound, writtenAtOnce, "importing", async (part, first) => {
      const asked = await recordsApi.import(workspace, type, part);
      const size = Math.min(writtenAtOnce, sound.rows.length - first);
      await ended(engine, asked.run, (share) =>
        setStage({ at: "importing", done: first + Math.round(share * size), total: sound.rows.length }),
      );
      transactions.push(asked.transaction);
      rows = first + size;
    });
    setStage(whole || rows > 0 ? { at: "done", rows, transactions, whole, faults } : { at: "columns" });
    if (rows === 0) return;
    engine.composed(transactions);
    // Whoever has closed the dialog meanwhile is told all the same.
    if (stopped.current) offer(said(rows, whole), transactions[0] ?? null);
  }

  const said = (rows: number, whole: boolean) =>
    whole
      ? t("transfer.done", { count: rows, rows: number(rows) })
      : t("transfer.partly", { rows: number(rows), total: number(table.rows.length) });

  const indexOf = (column: string | null | undefined) =>
    column?.startsWith("c") ? Number(column.slice(1)) : -1;
  const headOf = (column: string | null | undefined) => table.heads[indexOf(column)] ?? null;
  const cellOf = (row: number, column: string | null | undefined) =>
    table.rows[row - 2]?.[indexOf(column)] ?? null;

  return {
    table,
    mapping,
    stage,
    trouble,
    fields,
    fileText,
    read: (file: File) => void file.arrayBuffer().then((buffer) => take(new Uint8Array(buffer))),
    readAs: (encoding: Encoding) => take(bytes, encoding),
    /** What was imported, in words. */
    said,
    choose: (index: number, field: string | null) =>
      setMapping(mapping.map((held, at) => (at === index ? field : held === field ? null : held))),
    back: () => setStage({ at: "columns" }),
    check: () => void check(),
    run: () => void run(stage.at === "checked" ? stage.faults : []),
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
      else reject(new ApiError(failureOf(job.step)));
      return true;
    }
    if (look()) return;
    const stop = engine.subscribe("jobs.run", () => look() && stop());
  });
}

/** A job says why it failed by a code; one that was cancelled, or broke, says nothing that a person could mend. */
function failureOf(step: string | null): ApiError["problem"] {
  const code = contract.errors.find((known) => known === step) ?? "server.error";
  return { type: "about:blank", title: code, status: 422, detail: code, code, params: { count: "" } };
}
