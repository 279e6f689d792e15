import { ActionIcon, Checkbox, Menu, UnstyledButton } from "@mantine/core";
import { IconGripVertical, IconUser } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useEngine, useMe, useRecord, useRecords } from "@/engine/react";
import type { Part } from "@/ui/drag/parts";
import { useProblemText } from "@/ui/feedback/problemText";
import { toast } from "@/ui/feedback/Toast";
import { today } from "@/ui/language/days";
import { useFormats } from "@/ui/language/formats";
import { Choices } from "@/ui/menu/Choices";
import { PersonAvatar } from "@/ui/people/PersonAvatar";
import { asText, day } from "@/ui/record/fieldText";
import { InlineText } from "@/ui/record/InlineText";
import { PendingDot } from "@/ui/record/PendingDot";
import { RowMenu } from "@/ui/record/page/RowMenu";
import { useMissingName } from "@/ui/record/people";
import { Refusal } from "@/ui/record/Refusal";
import { useField } from "@/ui/record/useField";
import { type Task, takesTasks } from "./tasks";
import classes from "./tasks.module.css";

interface Props extends Part {
  readonly task: Task;
  readonly canMove: boolean;
}

/** One task: checked off, named, given to someone and to a day where it stands. */
export function TaskRow({ task, canMove, held, dropBefore, dropAfter }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { can } = useMe();
  const problemText = useProblemText();
  const title = useField(task, "title");
  const done = useField(task, "done");
  const fields = [title, done, useField(task, "assignee"), useField(task, "due"), useField(task, "order")];
  const letter = fields.find((field) => field.letter !== null)?.letter ?? null;

  function check(checked: boolean): void {
    const project = engine.record("solo.project", task.values.project);
    const isClosed = project !== undefined && !takesTasks(project.values.state);
    if (!checked && isClosed) toast({ text: problemText({ code: "task.project_closed", field: "project" }) });
    else done.save(checked);
  }

  return (
    <li
      className={classes.task}
      data-drag={task.id}
      data-done={done.value || undefined}
      data-held={held || undefined}
      data-drop-before={dropBefore || undefined}
      data-drop-after={dropAfter || undefined}
    >
      {canMove && (
        <ActionIcon
          className={classes.handle}
          data-handle
          size="sm"
          aria-label={t("tasks.move", { title: title.value })}
          aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
        >
          <IconGripVertical size={15} aria-hidden />
        </ActionIcon>
      )}
      <Checkbox
        size="xs"
        aria-label={t("tasks.done", { title: title.value })}
        checked={done.value}
        disabled={!done.canEdit}
        onChange={(event) => check(event.currentTarget.checked)}
      />
      <div className={classes.title}>
        <InlineText
          field={title}
          label={t("records.solo.task.fields.title")}
          placeholder={t("records.solo.task.fields.title")}
        />
      </div>
      {fields.some(({ pending }) => pending) && <PendingDot />}
      <Due task={task} />
      <Assignee task={task} />
      <div className={classes.more}>
        <RowMenu record={task} name={title.value} canRemove={can("solo.task.delete") && canMove} />
      </div>
      {letter !== null && (
        <div className={classes.refusal}>
          <Refusal letter={letter} />
        </div>
      )}
    </li>
  );
}

function Due({ task }: Pick<Props, "task">) {
  const { t } = useTranslation();
  const { date } = useFormats();
  const field = useField(task, "due");
  const isLate = field.value !== null && !task.values.done && field.value < today();
  if (field.value === null && (!field.canEdit || task.values.done)) return null;
  return (
    <div className={classes.due} data-late={isLate || undefined}>
      <InlineText
        field={asText(field, day)}
        label={t("records.solo.task.fields.due")}
        placeholder={t("tasks.due")}
        type={day.type}
        shown={field.value === null ? null : date(field.value)}
      />
    </div>
  );
}

function Assignee({ task }: Pick<Props, "task">) {
  const { t } = useTranslation();
  const field = useField(task, "assignee");
  const members = useRecords("access.member").filter(({ values }) => values.role !== "guest");
  const assigned = useRecord("access.member", field.value ?? "");
  const missing = useMissingName();
  const name = field.value === null ? t("tasks.nobody") : (assigned?.values.name ?? missing);
  const shown =
    field.value === null ? (
      <span className={classes.nobody}>
        <IconUser size={14} aria-hidden />
      </span>
    ) : (
      <PersonAvatar person={{ id: assigned?.values.user ?? field.value, name }} size={24} />
    );
  if (!field.canEdit) return shown;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <UnstyledButton
          className={classes.assignee}
          aria-label={t("record.edit", { label: t("records.solo.task.fields.assignee"), value: name })}
        >
          {shown}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Choices
          values={["", ...members.map(({ id }) => id)]}
          chosen={field.value ?? ""}
          draw={(id) => members.find((member) => member.id === id)?.values.name ?? t("tasks.nobody")}
          onChoose={(id) => field.save(id === "" ? null : id)}
        />
      </Menu.Dropdown>
    </Menu>
  );
}
