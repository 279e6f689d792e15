import { ActionIcon, Badge, Menu } from "@mantine/core";
import { IconArrowLeft, IconDots, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { usePresence } from "@/engine/react";
import type { View } from "@/engine/types";
import { ActionMenuItem } from "@/ui/actions/ActionMenuItem";
import { PeopleStack } from "@/ui/people/PeopleStack";
import { usePersonOf } from "@/ui/record/people";
import { RecordSign } from "@/ui/record/RecordSign";
import type { RecordContext } from "./actions";
import { type List, nameOf } from "./list";
import classes from "./record.module.css";

interface Props {
  readonly list: List;
  readonly record: View;
  readonly context: RecordContext;
}

/** Who else is here, what can be done, and the way back. */
export function RecordBar({ list, record, context }: Props) {
  const { t } = useTranslation();
  const personOf = usePersonOf();
  const here = usePresence(record.type, record.id);
  return (
    <div className={classes.bar}>
      <ActionIcon className={classes.back} size="lg" aria-label={t("record.back")} onClick={context.close}>
        <IconArrowLeft size={20} aria-hidden />
      </ActionIcon>
      <RecordSign state={record.state} />
      <span className={classes.spring} />
      <PeopleStack
        people={here.map(personOf)}
        size={26}
        most={4}
        labelOf={(person) => t("presence.here", { name: person.name })}
      />
      {!context.canEdit && (
        <Badge variant="outline" color="gray" c="dimmed" tt="none" fw={540}>
          {t("list.viewOnly")}
        </Badge>
      )}
      {(context.canEdit || context.canDelete) && (
        <Menu position="bottom-end" width="max-content">
          <Menu.Target>
            <ActionIcon aria-label={t("list.more", { name: nameOf(list, record) })}>
              <IconDots size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <ActionMenuItem action={list.recordActions.edit} context={context} />
            <ActionMenuItem action={list.recordActions.remove} context={context} />
          </Menu.Dropdown>
        </Menu>
      )}
      <ActionIcon className={classes.close} aria-label={t("actions.close")} onClick={context.close}>
        <IconX size={18} aria-hidden />
      </ActionIcon>
    </div>
  );
}
