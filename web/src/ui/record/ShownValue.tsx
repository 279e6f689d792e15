import type { ReactNode, Ref } from "react";
import { useTranslation } from "react-i18next";
import classes from "./field.module.css";

interface Props {
  readonly ref?: Ref<HTMLButtonElement>;
  readonly name: string;
  readonly label: string;
  readonly text: string | null;
  readonly placeholder: string;
  /** `null` where the person may only read: then it is text and nothing else. */
  readonly onEdit: (() => void) | null;
  readonly className?: string | undefined;
  readonly children?: ReactNode;
}

/** A value at rest; a button that opens its editor for who may change it. */
export function ShownValue({ ref, name, label, text, placeholder, onEdit, className = "", children }: Props) {
  const { t } = useTranslation();
  const empty = text === null || text === "";
  // Several texts side by side follow the page; each has a direction of its own.
  const dir = empty || children === undefined ? "auto" : undefined;
  if (onEdit === null) {
    return (
      <span className={`${classes.plain} ${className}`} data-empty={empty || undefined} dir={dir}>
        {empty ? t("record.empty") : (children ?? text)}
      </span>
    );
  }
  return (
    <button
      ref={ref}
      type="button"
      className={`${classes.show} ${className}`}
      data-field={name}
      data-empty={empty || undefined}
      dir={dir}
      aria-label={empty ? `${label}: ${placeholder}` : t("record.edit", { label, value: text })}
      onClick={onEdit}
    >
      {empty ? placeholder : (children ?? text)}
    </button>
  );
}
