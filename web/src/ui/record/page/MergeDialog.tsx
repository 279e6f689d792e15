import { Button, Checkbox, Group, Select, Stack, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemOf } from "@/engine/api";
import { type FieldMeta, typeMeta } from "@/engine/metadata";
import { useEngine, useIsLive, useRecord } from "@/engine/react";
import { recordsApi } from "@/engine/recordsApi";
import type { View } from "@/engine/types";
import { Dialog } from "@/ui/feedback/Dialog";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { scrollingOptions } from "@/ui/scrolling";
import { useOptions } from "../options";
import { valueIn } from "../useField";
import { useTakeBack } from "../useTakeBack";
import { nameIn, useFieldLabel, useFieldWords } from "../words";
import classes from "./page.module.css";
import { useReferringWords } from "./referring";

interface Props {
  readonly record: View;
  readonly opened: boolean;
  readonly onClose: () => void;
  /** What the other never takes over. */
  readonly without: readonly string[];
  readonly onMerged: (into: string) => void;
}

/** Makes one of two records: choose the one that stays, see what moves, and decide which values it takes over. */
export function MergeDialog(props: Props) {
  const { t } = useTranslation();
  const name = nameIn(props.record);
  return (
    <Dialog opened={props.opened} onClose={props.onClose} title={t("merge.title", { name })}>
      <MergeForm {...props} name={name} />
    </Dialog>
  );
}

function MergeForm({ record, name, opened, without, onClose, onMerged }: Props & { readonly name: string }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const problemText = useProblemText();
  const isLive = useIsLive();
  const { offerComposed } = useTakeBack();
  const meta = useMemo(() => referenceTo(record.type), [record.type]);
  const [into, setInto] = useState<string | null>(null);
  const [left, leave] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const others = useOptions(record.type, meta, null).filter(({ value }) => value !== record.id);
  const other = useRecord(record.type, into ?? "");
  const moving = useReferringWords(record, opened);
  const differing =
    other === undefined ? [] : differingFields(record, other).filter((meta) => !without.includes(meta.name));

  async function merge(target: View): Promise<void> {
    const take = differing.filter(({ name: field }) => !left.includes(field)).map(({ name: field }) => field);
    setBusy(true);
    const asked = recordsApi.merge(engine.workspace, record.type, record.id, target.id, take);
    const problem = await problemOf(
      asked.then((done) => {
        onClose();
        onMerged(target.id);
        offerComposed(t("merge.done", { name, into: nameIn(target) }), [done.id]);
      }),
    );
    if (problem === null) return;
    setBusy(false);
    setTrouble(problemText(problem));
  }

  return (
    <Stack gap="md">
      <Select
        label={t("merge.into")}
        description={t("merge.intoHint", { name })}
        data-autofocus
        searchable
        limit={60}
        data={[...others]}
        value={into}
        onChange={setInto}
        nothingFoundMessage={t("common.nothingFound")}
        {...scrollingOptions}
      />
      {other !== undefined && (
        <>
          <Text fz="md">
            {moving === null
              ? t("merge.nothingMoves")
              : t("merge.moves", { what: moving, into: nameIn(other) })}
          </Text>
          {differing.length > 0 && (
            <fieldset className={classes.choices}>
              <legend>{t("merge.take")}</legend>
              {differing.map((meta) => (
                <Difference
                  key={meta.name}
                  meta={meta}
                  from={record}
                  into={other}
                  taken={!left.includes(meta.name)}
                  onChange={(taken) =>
                    leave(taken ? left.filter((field) => field !== meta.name) : [...left, meta.name])
                  }
                />
              ))}
            </fieldset>
          )}
        </>
      )}
      {!isLive && <Text c="dimmed">{t("record.needsConnection")}</Text>}
      <Trouble text={trouble} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button
          loading={busy}
          disabled={other === undefined || !isLive}
          onClick={() => other !== undefined && void merge(other)}
        >
          {t("merge.confirm")}
        </Button>
      </Group>
    </Stack>
  );
}

interface DifferenceProps {
  readonly meta: FieldMeta;
  readonly from: View;
  readonly into: View;
  readonly taken: boolean;
  readonly onChange: (taken: boolean) => void;
}

function Difference({ meta, from, into, taken, onChange }: DifferenceProps) {
  const { t } = useTranslation();
  const words = useFieldWords();
  const labelOf = useFieldLabel();
  const said = (record: View) => words(record, meta.name, valueIn(record, meta.name)) ?? t("record.empty");
  return (
    <Checkbox
      checked={taken}
      label={`${labelOf(from, meta.name)}: ${said(from)}`}
      description={t(meta.kind === "list" ? "merge.adds" : "merge.replaces", { value: said(into) })}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

const referenceTo = (target: View["type"]): FieldMeta => ({
  name: "into",
  kind: "reference",
  required: true,
  target,
});

/** Fields in which the one that goes has something that the other lacks or has otherwise. */
function differingFields(from: View, into: View): readonly FieldMeta[] {
  const same = (meta: FieldMeta) =>
    JSON.stringify(valueIn(from, meta.name)) === JSON.stringify(valueIn(into, meta.name));
  return typeMeta(from.type).fields.filter((meta) => {
    const value = valueIn(from, meta.name);
    const isEmpty = value === null || (Array.isArray(value) && value.length === 0);
    // What must be there is there already.
    return !isEmpty && !same(meta) && !meta.required && meta.readOnly !== true;
  });
}
