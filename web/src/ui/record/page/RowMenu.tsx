import { ActionIcon, Menu, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDots, IconHistory, IconMessage, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { remove } from "@/engine/operations";
import { useEngine } from "@/engine/react";
import type { View } from "@/engine/types";
import { useFormats } from "@/ui/language/formats";
import { useTakeBack } from "../useTakeBack";
import { AboutDialog } from "./AboutDialog";
import { useComments } from "./Comments";
import classes from "./page.module.css";

interface Props {
  readonly record: View;
  /** What the record is called. */
  readonly name: string;
  readonly canRemove: boolean;
}

/** What can be done with a record that is a row of another one's page; and that people speak about it, where they do. */
export function RowMenu({ record, name, canRemove }: Props) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const engine = useEngine();
  const { offer } = useTakeBack();
  const [opened, about] = useDisclosure(false);
  const count = useComments(record).length;

  function removeIt(): void {
    const { id } = engine.transact([remove(record.type, record.id)]);
    offer(t("record.deleted.done", { name }), id);
  }

  return (
    <span className={classes.rowMenu}>
      {count > 0 && (
        <UnstyledButton
          className={classes.talk}
          aria-label={t("comments.count", { count, n: number(count), name })}
          onClick={about.open}
        >
          <IconMessage size={14} aria-hidden />
          {number(count)}
        </UnstyledButton>
      )}
      <Menu position="bottom-end" width="max-content">
        <Menu.Target>
          <ActionIcon size="sm" aria-label={t("list.more", { name })}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconHistory size={16} aria-hidden />} onClick={about.open}>
            {t("record.about")}
          </Menu.Item>
          {canRemove && (
            <Menu.Item
              color="var(--hf-danger)"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={removeIt}
            >
              {t("record.remove")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <AboutDialog record={record} name={name} opened={opened} onClose={about.close} />
    </span>
  );
}
