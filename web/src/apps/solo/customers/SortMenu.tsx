import { ActionIcon, Menu } from "@mantine/core";
import { IconArrowsSort, IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type CustomerSearch, sorts } from "./listing";

interface Props {
  readonly search: CustomerSearch;
  readonly onSearch: (search: CustomerSearch) => void;
}

export function SortMenu({ search, onSearch }: Props) {
  const { t } = useTranslation();
  const chosen = search.sort ?? "name";
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="default"
          size={30}
          aria-label={t("customers.sortBy", { order: t(`customers.sort.${chosen}`) })}
        >
          <IconArrowsSort size={15} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("customers.order")}</Menu.Label>
        {sorts.map((sort) => (
          <Menu.Item
            key={sort}
            role="menuitemradio"
            aria-checked={sort === chosen}
            rightSection={sort === chosen && <IconCheck size={14} aria-hidden />}
            onClick={() => onSearch({ ...search, sort })}
          >
            {t(`customers.sort.${sort}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
