import { Button } from "@mantine/core";
import { IconChevronRight, IconPlus } from "@tabler/icons-react";
import { type ReactNode, useContext, useState } from "react";
import { useTranslation } from "react-i18next";
import { permissionTo } from "@/engine/metadata";
import type { Values } from "@/engine/protocol";
import { useMe } from "@/engine/react";
import type { View } from "@/engine/types";
import { RecordField } from "../RecordField";
import { RecordForm } from "../RecordForm";
import { RecordSign } from "../RecordSign";
import { type EditableType, Locked } from "../useField";
import { CustomFields } from "./CustomFields";
import { SectionHead } from "./FieldSection";
import classes from "./page.module.css";
import { RowMenu } from "./RowMenu";

interface Props<T extends EditableType> {
  readonly type: T;
  readonly records: readonly View<T>[];
  readonly title: string;
  readonly add: string;
  readonly empty: string;
  /** What each of them refers to. */
  readonly fixed: Values;
  /** Asked for when one is added. */
  readonly ask: readonly (string | readonly string[])[];
  /** Edited where it stands. */
  readonly fields: readonly string[];
  readonly nameOf: (record: View<T>) => string;
  readonly lineOf: (record: View<T>) => ReactNode;
}

/** Records that belong to another one: added, opened, edited and removed on its page. */
export function Related<T extends EditableType>(props: Props<T>) {
  const { type, records, title, add, empty, fixed, ask } = props;
  const { t } = useTranslation();
  const { can } = useMe();
  const [adding, setAdding] = useState(false);
  const [openId, setOpenId] = useState<string | null>(null);
  const isLocked = useContext(Locked);
  const canAdd = can(permissionTo("create", type)) && !isLocked;
  return (
    <section aria-label={title}>
      <SectionHead
        title={title}
        action={
          canAdd && !adding ? (
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={<IconPlus size={15} aria-hidden />}
              onClick={() => setAdding(true)}
            >
              {add}
            </Button>
          ) : undefined
        }
      />
      {records.length === 0 && !adding && <p className={classes.empty}>{empty}</p>}
      <ul className={classes.related}>
        {records.map((record) => (
          <RelatedRow
            key={record.id}
            {...props}
            record={record}
            open={record.id === openId}
            onToggle={() => setOpenId(record.id === openId ? null : record.id)}
          />
        ))}
      </ul>
      {adding && (
        <div className={classes.form}>
          <RecordForm
            type={type}
            fields={ask}
            fixed={fixed}
            submit={t("record.addIt")}
            onCancel={() => setAdding(false)}
            onCreated={() => setAdding(false)}
          />
        </div>
      )}
    </section>
  );
}

interface RowProps<T extends EditableType> extends Pick<Props<T>, "fields" | "nameOf" | "lineOf"> {
  readonly record: View<T>;
  readonly open: boolean;
  readonly onToggle: () => void;
}

function RelatedRow<T extends EditableType>({ record, open, onToggle, fields, nameOf, lineOf }: RowProps<T>) {
  const { can } = useMe();
  const isLocked = useContext(Locked);
  return (
    <li data-open={open || undefined}>
      <div className={classes.row}>
        <button type="button" className={classes.summary} aria-expanded={open} onClick={onToggle}>
          <IconChevronRight size={15} className={classes.chevron} aria-hidden />
          <bdi className={classes.name}>{nameOf(record)}</bdi>
          <span className={classes.line}>{lineOf(record)}</span>
          <RecordSign state={record.state} />
        </button>
        <RowMenu
          record={record}
          name={nameOf(record)}
          canRemove={can(permissionTo("delete", record.type)) && !isLocked}
        />
      </div>
      {open && (
        <>
          <dl className={classes.fields}>
            {fields.map((name) => (
              <RecordField key={name} record={record} name={name} />
            ))}
          </dl>
          <CustomFields record={record} />
        </>
      )}
    </li>
  );
}
