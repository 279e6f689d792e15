import { Select } from "@mantine/core";
import { useForceUpdate } from "@mantine/hooks";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import type { FieldMeta } from "@/engine/metadata";
import { useProblemText } from "@/ui/feedback/problemText";
import { scrollingOptions } from "@/ui/scrolling";
import { following, useOptions } from "./options";
import { ShownValue } from "./ShownValue";
import type { Field } from "./useField";
import { type InlineEdit, useInlineEdit } from "./useInlineEdit";
import { useLastOption } from "./useLastOption";

interface Props {
  readonly type: RecordTypeName;
  readonly meta: FieldMeta;
  readonly field: Field<string | null>;
  readonly label: string;
  readonly placeholder: string;
  /** The value in words. */
  readonly shown: string | null;
}

/** More than anyone reads; typing finds the rest. */
const mostOptions = 60;

/** A choice among many, found by typing. */
export function InlineSelect({ field, shown, ...control }: Props) {
  const { label, placeholder } = control;
  const edit = useInlineEdit<string | null>(field, field.value);
  if (edit.editing) return <OpenSelect edit={edit} held={field.value} {...control} />;
  return (
    <ShownValue
      ref={edit.showRef}
      name={field.name}
      label={label}
      text={shown}
      placeholder={placeholder}
      onEdit={field.canEdit ? edit.begin : null}
    />
  );
}

interface OpenProps extends Omit<Props, "field" | "shown"> {
  readonly edit: InlineEdit<string | null>;
  readonly held: string | null;
}

function OpenSelect({ edit, held, type, meta, label, placeholder }: OpenProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const options = following(useOptions(type, meta, held), meta, held);
  const lastOne = useLastOption(options, held);
  const drawAgain = useForceUpdate();
  // The input learns the id of its list only after both were drawn; drawn again, it can say so to a screen reader.
  useEffect(() => {
    const frame = requestAnimationFrame(drawAgain);
    return () => cancelAnimationFrame(frame);
  }, [drawAgain]);
  return (
    <Select
      autoFocus
      size="sm"
      aria-label={label}
      data={[...options]}
      value={edit.draft}
      placeholder={placeholder}
      searchable
      {...lastOne}
      limit={mostOptions}
      clearable={!meta.required}
      defaultDropdownOpened
      comboboxProps={{ withinPortal: false }}
      {...scrollingOptions}
      nothingFoundMessage={t("common.nothingFound")}
      clearButtonProps={{ "aria-label": t("record.clear") }}
      error={edit.complaint && problemText(edit.complaint)}
      onChange={(value) => edit.commit(true, value)}
      onBlur={() => edit.commit(false)}
      onKeyDown={(event) => {
        if (event.key === "Escape") edit.cancel();
      }}
    />
  );
}
