import { ActionIcon, Button, Group } from "@mantine/core";
import { IconArchive, IconChevronDown, IconChevronUp, IconPencil } from "@tabler/icons-react";
import type { MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import { set } from "@/engine/operations";
import { useEngine } from "@/engine/react";
import { toast } from "@/ui/feedback/Toast";
import { useFormats } from "@/ui/language/formats";
import { Row } from "@/ui/layout/Rows";
import { PendingDot } from "@/ui/record/PendingDot";
import { Refusal } from "@/ui/record/Refusal";
import { useTakeBack } from "@/ui/record/useTakeBack";
import type { Definition } from "./definition";

interface Props {
  readonly definition: Definition;
  readonly onEdit: () => void;
  /** `null` where there is nothing above, or below. */
  readonly onUp?: (() => void) | null;
  readonly onDown?: (() => void) | null;
}

/** One field of the workspace's own: what it is, its place, and the way out and back. */
export function FieldRow({ definition, onEdit, onUp = null, onDown = null }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { list } = useFormats();
  const { undo } = useTakeBack();
  const { label, kind, required, choices, retired } = definition.values;
  const marks = Object.values(definition.fields);
  const letter = marks.flatMap((mark) => (mark !== undefined && "letter" in mark ? mark.letter : []))[0];
  const isPending = marks.some((mark) => mark?.state === "pending");

  function retire(): void {
    const { id } = engine.transact([set("access.field", definition.id, "retired", true)]);
    toast({
      text: t("fields.retiredNow", { label }),
      action: { label: t("actions.undo"), run: () => undo(id) },
    });
  }

  // A row that is put elsewhere in the document loses the focus.
  const keepFocus = (work: (() => void) | null) => (event: MouseEvent<HTMLElement>) => {
    const button = event.currentTarget;
    work?.();
    requestAnimationFrame(() => button.focus());
  };

  return (
    <Row
      name={label}
      detail={[
        t(`fields.kinds.${kind}`),
        ...(required ? [t("fields.required")] : []),
        ...(kind === "choice" ? [list(choices)] : []),
      ].join(" · ")}
      note={letter === undefined ? null : <Refusal letter={letter} />}
      end={
        <>
          {isPending && <PendingDot />}
          {retired === true ? (
            <>
              <span>{t("fields.retired")}</span>
              <Button
                size="xs"
                variant="default"
                aria-label={t("fields.bringBackOne", { label })}
                onClick={() => engine.transact([set("access.field", definition.id, "retired", null)])}
              >
                {t("fields.bringBack")}
              </Button>
            </>
          ) : (
            <Group gap={0} wrap="nowrap">
              <ActionIcon
                aria-label={t("fields.up", { label })}
                aria-disabled={onUp === null}
                data-disabled={onUp === null}
                {...(onUp === null && { bg: "transparent" })}
                onClick={keepFocus(onUp)}
              >
                <IconChevronUp size={16} aria-hidden />
              </ActionIcon>
              <ActionIcon
                aria-label={t("fields.down", { label })}
                aria-disabled={onDown === null}
                data-disabled={onDown === null}
                {...(onDown === null && { bg: "transparent" })}
                onClick={keepFocus(onDown)}
              >
                <IconChevronDown size={16} aria-hidden />
              </ActionIcon>
              <ActionIcon aria-label={t("fields.edit", { label })} onClick={onEdit}>
                <IconPencil size={16} aria-hidden />
              </ActionIcon>
              <ActionIcon aria-label={t("fields.retire", { label })} onClick={retire}>
                <IconArchive size={16} aria-hidden />
              </ActionIcon>
            </Group>
          )}
        </>
      }
    />
  );
}
