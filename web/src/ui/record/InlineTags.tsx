import { TagsInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useProblemText } from "@/ui/feedback/problemText";
import { scrollingOptions } from "@/ui/scrolling";
import classes from "./field.module.css";
import { ShownValue } from "./ShownValue";
import type { Field } from "./useField";
import { useInlineEdit } from "./useInlineEdit";

interface Props {
  readonly field: Field<readonly string[]>;
  readonly label: string;
  readonly placeholder: string;
  readonly suggestions: readonly string[];
}

/** A list of words. It is saved whole, when the person leaves it. */
export function InlineTags({ field, label, placeholder, suggestions }: Props) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [typed, setTyped] = useState("");
  const edit = useInlineEdit<readonly string[]>(field, field.value, (tags) =>
    typed.trim() === "" ? tags : [...tags, typed],
  );
  function begin(): void {
    setTyped("");
    edit.begin();
  }
  if (!edit.editing) {
    return (
      <ShownValue
        ref={edit.showRef}
        name={field.name}
        label={label}
        text={field.value.length === 0 ? null : field.value.join(", ")}
        placeholder={placeholder}
        onEdit={field.canEdit ? begin : null}
      >
        <span className={classes.tags}>
          {field.value.map((tag) => (
            <span key={tag} className={classes.tag} dir="auto">
              {tag}
            </span>
          ))}
        </span>
      </ShownValue>
    );
  }
  return (
    <TagsInput
      autoFocus
      size="sm"
      aria-label={label}
      data={[...suggestions]}
      value={[...edit.draft]}
      placeholder={t("record.tagsHint")}
      splitChars={[",", ";"]}
      searchValue={typed}
      onSearchChange={setTyped}
      {...scrollingOptions}
      error={edit.complaint && problemText(edit.complaint)}
      onChange={edit.change}
      onBlur={() => edit.commit(false)}
      onKeyDown={(event) => {
        if (event.key === "Escape") edit.cancel();
        if (event.key === "Enter" && event.currentTarget.value === "") edit.commit(true);
      }}
    />
  );
}
