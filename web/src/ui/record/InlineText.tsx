import { Textarea, TextInput } from "@mantine/core";
import { type FocusEvent, type KeyboardEvent, useEffect } from "react";
import { useTranslation } from "react-i18next";
import classes from "./field.module.css";
import type { TextForm } from "./fieldText";
import { Meanwhile } from "./Meanwhile";
import { ShownValue } from "./ShownValue";
import type { Field } from "./useField";
import { useInlineEdit } from "./useInlineEdit";
import { useComplaintText } from "./words";

interface Props {
  readonly field: Field<string | null> | Field<string>;
  /** What the record holds in the field without which this one cannot be kept: of an amount its currency. */
  readonly beside?: string | null;
  readonly label: string;
  readonly placeholder: string;
  readonly inputMode?: TextForm["inputMode"];
  readonly type?: TextForm["type"];
  /** What is shown at rest, where that is not what is typed. */
  readonly shown?: string | null;
  /** Several lines: Enter begins another one, Ctrl+Enter saves. */
  readonly lines?: boolean;
  /** Draws the value as the heading of the page. */
  readonly title?: boolean;
}

/** Text that becomes an input where it stands. */
export function InlineText({
  field,
  beside = null,
  label,
  placeholder,
  inputMode = "text",
  type = "text",
  shown = field.value,
  lines = false,
  title = false,
}: Props) {
  const { t } = useTranslation();
  const complaintText = useComplaintText();
  const edit = useInlineEdit<string>(field, field.value ?? "");
  // What was typed and lacked only that is saved as soon as it is there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: nothing else makes it right by itself
  useEffect(() => {
    const about = edit.complaint?.field;
    if (about !== undefined && about !== field.name) edit.commit(false);
  }, [beside]);
  const className = title ? classes.title : lines ? classes.lines : undefined;
  if (!edit.editing) {
    return (
      <ShownValue
        ref={edit.showRef}
        name={field.name}
        label={label}
        text={shown}
        placeholder={placeholder}
        onEdit={field.canEdit ? edit.begin : null}
        className={className}
      />
    );
  }
  const control = {
    autoFocus: true,
    size: "sm",
    "aria-label": label,
    value: edit.draft,
    placeholder,
    error: edit.complaint && complaintText(field, edit.complaint),
    onFocus: (event: FocusEvent<HTMLInputElement | HTMLTextAreaElement>) => event.currentTarget.select(),
    onBlur: () => edit.commit(false),
    onKeyDown(event: KeyboardEvent) {
      if (event.nativeEvent.isComposing) return;
      const saves = event.key === "Enter" && (!lines || event.ctrlKey || event.metaKey);
      if (saves) edit.commit(true);
      if (event.key === "Escape") edit.cancel();
      if (saves || event.key === "Escape") event.preventDefault();
    },
  } as const;
  return (
    <>
      {lines ? (
        <Textarea
          autosize
          minRows={2}
          maxRows={16}
          {...control}
          onChange={(event) => edit.change(event.currentTarget.value)}
        />
      ) : (
        <TextInput
          inputMode={inputMode}
          type={type}
          {...(title && { classNames: { input: classes.title ?? "" } })}
          {...control}
          onChange={(event) => edit.change(event.currentTarget.value)}
        />
      )}
      {edit.meanwhile && <Meanwhile field={field} text={shown || t("record.empty")} />}
    </>
  );
}
