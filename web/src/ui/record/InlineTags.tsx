import { TagsInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RecordTypeName } from "@/contract/contract";
import { useRecords } from "@/engine/react";
import { useProblemText } from "@/ui/feedback/problemText";
import { scrollingOptions } from "@/ui/scrolling";
import classes from "./field.module.css";
import { ShownValue } from "./ShownValue";
import type { Field } from "./useField";
import { type InlineEdit, useInlineEdit } from "./useInlineEdit";
import { valuesInUse } from "./valuesInUse";

interface Props {
  readonly type: RecordTypeName;
  readonly field: Field<readonly string[]>;
  readonly label: string;
  readonly placeholder: string;
}

/** A list of words. It is saved whole, when the person leaves it. */
export function InlineTags({ type, field, label, placeholder }: Props) {
  const [typed, setTyped] = useState("");
  const edit = useInlineEdit<readonly string[]>(field, field.value, (tags) =>
    typed.trim() === "" ? tags : [...tags, typed],
  );
  function begin(): void {
    setTyped("");
    edit.begin();
  }
  if (edit.editing)
    return (
      <OpenTags edit={edit} type={type} name={field.name} label={label} typed={typed} onTyped={setTyped} />
    );
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

interface OpenProps extends Pick<Props, "type" | "label"> {
  readonly edit: InlineEdit<readonly string[]>;
  readonly name: string;
  readonly typed: string;
  readonly onTyped: (text: string) => void;
}

function OpenTags({ edit, type, name, label, typed, onTyped }: OpenProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const all = useRecords(type);
  const suggestions = useMemo(() => valuesInUse(all, name), [all, name]);
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
      onSearchChange={onTyped}
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
