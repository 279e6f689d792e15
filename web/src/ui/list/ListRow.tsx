import { ActionIcon, Checkbox } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { type MouseEvent, memo } from "react";
import { useTranslation } from "react-i18next";
import { usePresence, useRecentChange } from "@/engine/react";
import type { View } from "@/engine/types";
import { PeopleStack } from "@/ui/people/PeopleStack";
import { usePersonOf } from "@/ui/record/people";
import { RecordSign } from "@/ui/record/RecordSign";
import { Cell } from "./Cell";
import { kindOf } from "./fields";
import { type Column, columnOf, type List, lineColumns, nameOf } from "./list";
import classes from "./list.module.css";
import type { Writing } from "./useWriting";

interface Props {
  readonly list: List;
  readonly columns: readonly Column[];
  readonly record: View;
  readonly narrow: boolean;
  /** Its place in the whole list, from 1, and in pixels. */
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly href: string;
  readonly isOpen: boolean;
  readonly isCurrent: boolean;
  readonly isTabbable: boolean;
  readonly isSelected: boolean;
  /** Something is chosen: by touch, to tap is then to choose. */
  readonly isSelecting: boolean;
  readonly canChange: boolean;
  readonly writing: Writing;
  readonly onOpen: (id: string) => void;
  readonly onSelect: (id: string, range: boolean) => void;
  readonly onMore: (record: View) => void;
}

export const ListRow = memo(function ListRow(props: Props) {
  const { list, columns, record, narrow, index, top, height, isOpen, isCurrent, isSelected, isSelecting } =
    props;
  const { t } = useTranslation();
  const recent = useRecentChange(record.type, record.id);
  const name = nameOf(list, record);

  function click(event: MouseEvent): void {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (event.shiftKey) {
      // The click that draws a range marks no text.
      getSelection()?.removeAllRanges();
      props.onSelect(record.id, true);
    } else if (isSelecting && (event.nativeEvent as globalThis.PointerEvent).pointerType === "touch")
      props.onSelect(record.id, false);
    else props.onOpen(record.id);
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are placed, which those of a table cannot be
    <div
      role="row"
      tabIndex={-1}
      className={classes.row}
      style={{ blockSize: height, transform: `translateY(${top}px)` }}
      aria-rowindex={index}
      aria-selected={isSelected}
      data-row={record.id}
      data-open={isOpen || undefined}
      data-current={isCurrent || undefined}
      data-selected={isSelected || undefined}
      data-changed={recent !== null || undefined}
    >
      {(!narrow || isSelecting) && (
        // biome-ignore lint/a11y/useSemanticElements: as above
        <span role="gridcell" tabIndex={-1} className={classes.box}>
          <Checkbox
            size={narrow ? "sm" : "xs"}
            tabIndex={-1}
            aria-label={t("list.selectOne", { name })}
            checked={isSelected}
            onChange={(event) =>
              props.onSelect(record.id, (event.nativeEvent as globalThis.MouseEvent).shiftKey)
            }
          />
        </span>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <span role="gridcell" tabIndex={-1} className={classes.nameCell}>
        {list.mark?.(record)}
        <a
          href={props.href}
          className={classes.link}
          tabIndex={props.isTabbable ? 0 : -1}
          aria-current={isOpen || undefined}
          draggable={false}
          onClick={click}
        >
          <bdi className={classes.name} dir="auto">
            {name}
          </bdi>
          {narrow && <Line list={list} record={record} writing={props.writing} />}
        </a>
        <Signs record={record} />
      </span>
      {narrow ? (
        <CardEnd {...props} name={name} />
      ) : (
        columns.slice(1).map((column) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          <span
            key={column.field}
            role="gridcell"
            tabIndex={-1}
            className={classes.cell}
            data-kind={kindOf(list, column.field)}
          >
            <Cell list={list} column={column} record={record} writing={props.writing} />
          </span>
        ))
      )}
    </div>
  );
});

/** What stands below the name: of each value the beginning is seen, from whichever side it is read. */
function Line({ list, record, writing }: Pick<Props, "list" | "record" | "writing">) {
  return (
    <span className={classes.line}>
      {lineColumns(list, record).map((column) => (
        <span key={column.field} className={classes.part}>
          <Cell list={list} column={column} record={record} writing={writing} />
        </span>
      ))}
    </span>
  );
}

/** The end of a narrow row: one value, and the way to what can be done. */
function CardEnd({ list, record, canChange, writing, onMore, name }: Props & { readonly name: string }) {
  const { t } = useTranslation();
  const aside = list.aside === undefined ? undefined : columnOf(list, list.aside);
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are placed, which those of a table cannot be
    <span role="gridcell" tabIndex={-1} className={classes.cardEnd}>
      {aside !== undefined && <Cell list={list} column={aside} record={record} writing={writing} />}
      {canChange && (
        <ActionIcon
          className={classes.more}
          tabIndex={-1}
          size="lg"
          aria-label={t("list.more", { name })}
          onClick={() => onMore(record)}
        >
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      )}
    </span>
  );
}

/** What waits, what was refused, and who else looks at it. */
function Signs({ record }: { readonly record: View }) {
  const here = usePresence(record.type, record.id);
  return (
    <span className={classes.signs}>
      <RecordSign state={record.state} />
      {here.length > 0 && <Here users={here} />}
    </span>
  );
}

function Here({ users }: { readonly users: readonly string[] }) {
  const { t } = useTranslation();
  const personOf = usePersonOf();
  return (
    <PeopleStack
      people={users.map(personOf)}
      size={20}
      labelOf={(person) => t("presence.here", { name: person.name })}
    />
  );
}
