import { ActionIcon, Menu } from "@mantine/core";
import { IconArrowsSort } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Choices } from "@/ui/menu/Choices";
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
        <Choices
          label={t("customers.order")}
          values={sorts}
          chosen={chosen}
          draw={(sort) => t(`customers.sort.${sort}`)}
          onChoose={(sort) => onSearch({ ...search, sort })}
        />
      </Menu.Dropdown>
    </Menu>
  );
}
