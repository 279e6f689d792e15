import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ShellContext } from "../actions";
import classes from "./navigation.module.css";
import { currentWhen, pages } from "./pages";
import { WorkspaceMenu } from "./WorkspaceMenu";

interface Props {
  readonly workspaceId: string;
  readonly context: ShellContext;
}

export function Navigation({ workspaceId, context }: Props) {
  const { t } = useTranslation();
  return (
    <nav className={classes.nav} aria-label={t("navigation.main")}>
      <WorkspaceMenu workspaceId={workspaceId} context={context} />
      <ul className={classes.pages}>
        {pages.map((page) => (
          <li key={page.id}>
            <Link
              to={page.to}
              params={{ workspaceId }}
              className={classes.page}
              activeOptions={currentWhen(page)}
              data-tour={page.id}
            >
              <page.icon size={18} stroke={1.7} aria-hidden />
              {t(page.label)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
