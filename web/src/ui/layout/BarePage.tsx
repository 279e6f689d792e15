import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Wordmark } from "@/ui/brand/Wordmark";
import classes from "./BarePage.module.css";
import { PreferencesMenu } from "./PreferencesMenu";

/** The frame of a page that lies outside all workspaces, with the way back into them. */
export function BarePage({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Anchor component={Link} to="/" underline="never" aria-label={t("operator.back")}>
          <Wordmark size={26} />
        </Anchor>
        <PreferencesMenu />
      </header>
      <main className={classes.main}>{children}</main>
    </div>
  );
}
