import { Button, Menu } from "@mantine/core";
import { IconLayoutDashboard } from "@tabler/icons-react";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import type { Widget } from "./widget";

interface Props {
  readonly widgets: readonly Widget[];
  readonly hidden: readonly string[];
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly onToggle: (id: string) => void;
  readonly onReset: () => void;
}

/** Which widgets the home shows, and the way back to how it is by itself. */
export function WidgetMenu({ widgets, hidden, button, onToggle, onReset }: Props) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end" closeOnItemClick={false} width={260}>
      <Menu.Target>
        <Button ref={button} variant="default" leftSection={<IconLayoutDashboard size={16} aria-hidden />}>
          {t("home.widgets")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("home.shows")}</Menu.Label>
        {widgets.map(({ id, title }) => (
          <Menu.CheckboxItem key={id} checked={!hidden.includes(id)} onChange={() => onToggle(id)}>
            {t(title)}
          </Menu.CheckboxItem>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={onReset}>{t("home.reset")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
