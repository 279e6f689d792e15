import { Button, Menu } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Choices } from "@/ui/menu/Choices";
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
          variant={chosen === undefined ? "default" : "light"}
          size="xs"
          leftSection={<IconFilter size={14} aria-hidden />}
          aria-label={t("customers.filter", { status: shown })}
        >
          {shown}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Choices
          values={["all", ...statuses]}
          chosen={chosen ?? "all"}
          draw={(status) => (status === "all" ? t("customers.allStatuses") : <StatusPill status={status} />)}
          onChoose={(status) => onSearch(status === "all" ? rest : { ...rest, status })}
        />
      </Menu.Dropdown>
    </Menu>
  );
}
