import { ActionIcon, Menu } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type Column, type ListDeclaration, labelOf } from "./list";

interface Props {
  readonly list: ListDeclaration;
  readonly shown: readonly Column[];
  /** `null` for those that the list has by itself. */
  readonly onChoose: (fields: readonly string[] | null) => void;
}

/** Which columns the list shows. */
export function ColumnMenu({ list, shown, onChoose }: Props) {
  const { t } = useTranslation();
  const fields = shown.map(({ field }) => field);
  const toggle = (field: string) =>
    onChoose(
      fields.some((one) => one === field) ? fields.filter((one) => one !== field) : [...fields, field],
    );
  return (
    <Menu position="bottom-end" closeOnItemClick={false}>
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label={t("list.columns")}>
          <IconColumns3 size={15} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("list.columns")}</Menu.Label>
        {list.columns.slice(1).map(({ field, label }) => (
          <Menu.CheckboxItem key={field} checked={fields.includes(field)} onChange={() => toggle(field)}>
            {labelOf(t, { label })}
          </Menu.CheckboxItem>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => onChoose(null)}>{t("list.usualColumns")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
