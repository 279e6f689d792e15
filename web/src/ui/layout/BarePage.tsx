import { Anchor, Button } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Wordmark } from "@/ui/brand/Wordmark";
import classes from "./BarePage.module.css";
import { useOrigin } from "./origin";
import { PreferencesMenu } from "./PreferencesMenu";

interface Props {
  /** What stands at the end of its header, such as the way out. */
  readonly end?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of a page that lies outside all workspaces, with the way back into them. */
export function BarePage({ end, children }: Props) {
  const { t } = useTranslation();
  const origin = useOrigin();
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <div className={classes.start}>
          <Anchor component={Link} to="/" underline="never" aria-label={t("operator.back")}>
            <Wordmark size={26} />
          </Anchor>
          <Button
            component={Link}
            to={origin}
            variant="subtle"
            color="gray"
            leftSection={<IconArrowLeft size={16} aria-hidden className={classes.arrow} />}
          >
            {t("common.back")}
          </Button>
        </div>
        <div className={classes.end}>
          {end}
          <PreferencesMenu />
        </div>
      </header>
      <main className={classes.main}>{children}</main>
    </div>
  );
}
