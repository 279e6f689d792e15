import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useProblemText } from "@/ui/feedback/problemText";
import classes from "./field.module.css";
import { Meanwhile } from "./Meanwhile";
import { ShownValue } from "./ShownValue";
import type { Field } from "./useField";
import { useInlineEdit } from "./useInlineEdit";

interface Props {
  readonly field: Field<string | null> | Field<string>;
  readonly label: string;
  readonly placeholder: string;
  readonly inputMode?: "text" | "email" | "tel";
  /** Draws the value as the heading of the page. */
  readonly title?: boolean;
}

/** Text that becomes an input where it stands. */
export function InlineText({ field, label, placeholder, inputMode = "text", title = false }: Props) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const edit = useInlineEdit<string>(field, field.value ?? "");
  const className = title ? classes.title : undefined;
  if (!edit.editing) {
    return (
      <ShownValue
        ref={edit.showRef}
        name={field.name}
        label={label}
        text={field.value}
        placeholder={placeholder}
        onEdit={field.canEdit ? edit.begin : null}
        className={className}
      />
    );
  }
  return (
    <>
      <TextInput
        autoFocus
        size="sm"
        aria-label={label}
        inputMode={inputMode}
        value={edit.draft}
        placeholder={placeholder}
        error={edit.complaint && problemText(edit.complaint)}
        {...(title && { classNames: { input: classes.title ?? "" } })}
        onChange={(event) => edit.change(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        onBlur={() => edit.commit(false)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter") edit.commit(true);
          if (event.key === "Escape") edit.cancel();
          if (event.key === "Enter" || event.key === "Escape") event.preventDefault();
        }}
      />
      {edit.meanwhile && <Meanwhile field={field} text={field.value ?? t("record.empty")} />}
    </>
  );
}
