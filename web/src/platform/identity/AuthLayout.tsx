import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Wordmark } from "@/ui/brand/Wordmark";
import { PreferencesMenu } from "@/ui/layout/PreferencesMenu";
import { usePageTitle } from "@/ui/layout/usePageTitle";
import classes from "./AuthLayout.module.css";

interface Props {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
}

/** The frame of every screen on which someone says who they are. */
export function AuthLayout({ title, lead, children, footer }: Props) {
  usePageTitle(title);
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Anchor component={Link} to="/" underline="never" aria-label="Holdfast">
          <Wordmark size={26} />
        </Anchor>
        <PreferencesMenu />
      </header>
      <main className={classes.main}>
        <div className={classes.card}>
          <h1 className={classes.title}>{title}</h1>
          {lead !== undefined && <p className={classes.lead}>{lead}</p>}
          {children}
        </div>
        {footer !== undefined && <p className={classes.footer}>{footer}</p>}
      </main>
    </div>
  );
}
