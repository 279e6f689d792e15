import { Button, Menu } from "@mantine/core";
import { IconCheck, IconFilter } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type CustomerSearch, statuses } from "./listing";
import { StatusPill } from "./StatusPill";

interface Props {
  readonly search: CustomerSearch;
  readonly onSearch: (search: CustomerSearch) => void;
}

export function FilterMenu({ search, onSearch }: Props) {
  const { t } = useTranslation();
  const { status: chosen, ...rest } = search;
  const shown = chosen === undefined ? t("customers.allStatuses") : t(`customers.status.${chosen}`);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconFilter size={14} aria-hidden />}
          aria-label={t("customers.filter", { status: shown })}
        >
          {shown}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          role="menuitemradio"
          aria-checked={chosen === undefined}
          rightSection={chosen === undefined && <IconCheck size={14} aria-hidden />}
          onClick={() => onSearch(rest)}
        >
          {t("customers.allStatuses")}
        </Menu.Item>
        {statuses.map((status) => (
          <Menu.Item
            key={status}
            role="menuitemradio"
            aria-checked={status === chosen}
            rightSection={status === chosen && <IconCheck size={14} aria-hidden />}
            onClick={() => onSearch({ ...rest, status })}
          >
            <StatusPill status={status} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
