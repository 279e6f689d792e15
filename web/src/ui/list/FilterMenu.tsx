import { Button, Popover } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFilter } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { View } from "@/engine/types";
import { FilterForm, isLong } from "./FilterForm";
import type { ListDeclaration } from "./list";
import { Sheet } from "./Sheet";
import { SortChoices } from "./SortChoices";
import { filtersOf, type ListSearch } from "./search";

interface Props {
  readonly list: ListDeclaration;
  readonly all: readonly View[];
  readonly search: ListSearch;
  readonly narrow: boolean;
  readonly onSearch: (search: ListSearch) => void;
}

/** The filters: below their button where there is room, else in a sheet with the order, which has no column heads there. */
export function FilterMenu({ narrow, ...rest }: Props) {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure(false);
  const count = filtersOf(rest.search).length;
  const button = (
    <Button
      variant={count === 0 ? "default" : "light"}
      size="xs"
      leftSection={<IconFilter size={14} aria-hidden />}
      aria-label={t("list.filter.open", { count })}
      aria-expanded={opened}
      onClick={toggle}
    >
      {count === 0 ? t("list.filter.title") : t("list.filter.some", { count })}
    </Button>
  );
  if (narrow) {
    return (
      <>
        {button}
        <Sheet opened={opened} title={t("list.filter.title")} onClose={close}>
          <FilterForm {...rest} narrow />
          <SortChoices {...rest} />
          <Button fullWidth mt="md" onClick={close}>
            {t("common.done")}
          </Button>
        </Sheet>
      </>
    );
  }
  return (
    <Popover
      opened={opened}
      onChange={(next) => !next && close()}
      position="bottom-end"
      width={isLong(rest.list) ? 660 : 320}
      trapFocus
    >
      <Popover.Target>{button}</Popover.Target>
      <Popover.Dropdown aria-label={t("list.filter.title")}>
        <FilterForm {...rest} narrow={false} />
      </Popover.Dropdown>
    </Popover>
  );
}
