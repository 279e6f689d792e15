import { TextInput } from "@mantine/core";
import { IconArrowsVertical, IconPlus } from "@tabler/icons-react";
import { type FormEvent, type KeyboardEvent, useContext, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { newId } from "@/engine/ids";
import { create, set } from "@/engine/operations";
import { useEngine, useMe } from "@/engine/react";
import { defineAction, defineKeys } from "@/ui/actions/action";
import { useActions } from "@/ui/actions/registry";
import { partsIn } from "@/ui/drag/parts";
import { useDrag } from "@/ui/drag/useDrag";
import { announce } from "@/ui/feedback/Announcer";
import { useProblemText } from "@/ui/feedback/problemText";
import page from "@/ui/record/page/page.module.css";
import { Locked } from "@/ui/record/useField";
import { type Complaint, validate } from "@/ui/record/validate";
import type { Project } from "./projects";
import { TaskRow } from "./TaskRow";
import { keyAt, type Task, takesTasks } from "./tasks";
import classes from "./tasks.module.css";

interface Props {
  readonly project: Project;
  /** In their order. */
  readonly tasks: readonly Task[];
}

const addTask = defineAction<{ readonly canAdd: boolean; readonly focus: () => void }>({
  id: "task.add",
  label: "actions.addTask",
  icon: IconPlus,
  section: "record",
  shortcut: "t",
  when: ({ canAdd }) => canAdd,
  run: ({ focus }) => focus(),
});

const moveTask = defineKeys<{ readonly canMove: boolean }>({
  id: "task.move",
  label: "actions.moveTask",
  icon: IconArrowsVertical,
  section: "record",
  shortcut: "alt+up/down",
  when: ({ canMove }) => canMove,
});

/** What is to be done, in the order that people gave it: by dragging, or by Alt and the arrows. */
export function TaskList({ project, tasks }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { can } = useMe();
  const isLocked = useContext(Locked);
  const input = useRef<HTMLInputElement>(null);
  const canMove = can("solo.task.update") && !isLocked;
  const canAdd = can("solo.task.create") && takesTasks(project.values.state);
  useActions([addTask], { canAdd, focus: () => input.current?.focus() });
  useActions([moveTask], { canMove: canMove && tasks.length > 1 });

  function moveTo(id: string, index: number): void {
    const others = tasks.filter((task) => task.id !== id);
    const task = tasks.find((one) => one.id === id);
    const place = Math.min(Math.max(index, 0), others.length);
    if (task === undefined || tasks.indexOf(task) === place) return;
    engine.transact([set("solo.task", id, "order", keyAt(others, place))]);
    announce(t("tasks.movedTo", { title: task.values.title, place: place + 1, count: tasks.length }));
  }

  const { drag, begin } = useDrag((id, { index }) => moveTo(id, index));

  function onKey(event: KeyboardEvent<HTMLElement>): void {
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    const focused = event.target as HTMLElement;
    const id = focused.closest<HTMLElement>("[data-drag]")?.dataset.drag;
    if (!event.altKey || by === 0 || id === undefined || !canMove) return;
    event.preventDefault();
    moveTo(id, tasks.findIndex((task) => task.id === id) + by);
    // A row that is put elsewhere in the document loses the focus.
    requestAnimationFrame(() => focused.focus());
  }

  const partOf = partsIn(
    drag,
    "tasks",
    tasks.map(({ id }) => id),
  );
  return (
    <>
      {tasks.length === 0 && <p className={page.empty}>{t(canAdd ? "tasks.empty" : "tasks.none")}</p>}
      <ul
        className={classes.tasks}
        aria-label={t("tasks.title")}
        data-drop="tasks"
        onKeyDown={onKey}
        onPointerDown={canMove ? begin : undefined}
      >
        {tasks.map((task) => (
          <TaskRow key={task.id} task={task} canMove={canMove} {...partOf(task.id)} />
        ))}
      </ul>
      {canAdd && (
        <AddTask
          ref={input}
          onAdd={(title) =>
            engine.transact([
              create("solo.task", newId(), { project: project.id, title, order: keyAt(tasks, tasks.length) }),
            ])
          }
        />
      )}
    </>
  );
}

interface AddProps {
  readonly ref: React.Ref<HTMLInputElement>;
  readonly onAdd: (title: string) => void;
}

/** Enter adds one and stays for the next. */
function AddTask({ ref, onAdd }: AddProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [title, setTitle] = useState("");
  const [complaint, setComplaint] = useState<Complaint | null>(null);

  function add(event: FormEvent): void {
    event.preventDefault();
    const wanted = title.trim();
    if (wanted === "") return;
    const fault = validate("solo.task", "title", wanted);
    setComplaint(fault);
    if (fault !== null) return;
    onAdd(wanted);
    setTitle("");
  }

  return (
    <form onSubmit={add} className={classes.add}>
      <TextInput
        ref={ref}
        size="sm"
        aria-label={t("actions.addTask")}
        placeholder={t("tasks.addHint")}
        leftSection={<IconPlus size={16} aria-hidden />}
        value={title}
        error={complaint && problemText(complaint)}
        onChange={(event) => setTitle(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
    </form>
  );
}
