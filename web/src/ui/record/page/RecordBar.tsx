import { ActionIcon, Badge, Menu } from "@mantine/core";
import { IconArrowLeft, IconDots, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMe, usePresence } from "@/engine/react";
import type { View } from "@/engine/types";
import { ActionMenuItem } from "@/ui/actions/ActionMenuItem";
import { PeopleStack } from "@/ui/people/PeopleStack";
import { usePersonOf } from "../people";
import { RecordSign } from "../RecordSign";
import { valueIn } from "../useField";
import { deleteRecord, editRecord, mergeRecord, type RecordContext } from "./actions";
import classes from "./page.module.css";

interface Props {
  readonly record: View;
  readonly context: RecordContext;
  readonly menu: ReactNode;
}

/** Who else is here, what can be done, and the way back. */
export function RecordBar({ record, context, menu }: Props) {
  const { t } = useTranslation();
  const personOf = usePersonOf();
  const { me } = useMe();
  const here = usePresence(record.type, record.id);
  const mayChange = context.canEdit || context.canDelete;
  return (
    <div className={classes.bar} data-beside={context.beside || undefined}>
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
      {!mayChange && me !== null && (
        <Badge variant="outline" color="gray" c="dimmed" tt="none" fw={540}>
          {t("list.viewOnly")}
        </Badge>
      )}
      {mayChange && (
        <Menu position="bottom-end" width="max-content">
          <Menu.Target>
            <ActionIcon aria-label={t("list.more", { name: String(valueIn(record, "name") ?? "") })}>
              <IconDots size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {menu}
            <ActionMenuItem action={editRecord} context={context} />
            <ActionMenuItem action={mergeRecord} context={context} />
            <ActionMenuItem action={deleteRecord} context={context} />
          </Menu.Dropdown>
        </Menu>
      )}
      <ActionIcon className={classes.close} aria-label={t("actions.close")} onClick={context.close}>
        <IconX size={18} aria-hidden />
      </ActionIcon>
    </div>
  );
}
