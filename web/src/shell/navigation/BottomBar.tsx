import { UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ShellContext } from "../actions";
import classes from "./navigation.module.css";
import { currentWhen, pages } from "./pages";

interface Props {
  readonly workspaceId: string;
  readonly context: ShellContext;
}

/** The navigation where the thumb is, on narrow screens. */
export function BottomBar({ workspaceId, context }: Props) {
  const { t } = useTranslation();
  return (
    <nav className={classes.bottom} aria-label={t("navigation.main")}>
      {pages.map((page) => (
        <Link
          key={page.id}
          to={page.to}
          params={{ workspaceId }}
          className={classes.tab}
          activeOptions={currentWhen(page)}
          data-tour={page.id}
        >
          <page.icon size={22} stroke={1.7} aria-hidden />
          {t(page.label)}
        </Link>
      ))}
      <UnstyledButton className={classes.tab} onClick={context.openPalette} data-tour="find">
        <IconSearch size={22} stroke={1.7} aria-hidden />
        {t("navigation.find")}
      </UnstyledButton>
    </nav>
  );
}
