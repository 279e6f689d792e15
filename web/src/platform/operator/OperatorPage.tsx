import { Anchor, Button } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useAccount } from "@/platform/identity/session";
import { Wordmark } from "@/ui/brand/Wordmark";
import { EmptyState } from "@/ui/feedback/EmptyState";
import { Page } from "@/ui/layout/Page";
import { PreferencesMenu } from "@/ui/layout/PreferencesMenu";
import { usePageTitle } from "@/ui/layout/usePageTitle";
import { BackupsSection } from "./BackupsSection";
import { ConsumersSection } from "./ConsumersSection";
import { JobsSections } from "./JobsSections";
import classes from "./OperatorPage.module.css";
import { SeriesSection } from "./SeriesSection";

/** How the server stands, for whoever runs it. It lies outside all workspaces. */
export function OperatorPage() {
  const { t } = useTranslation();
  const account = useAccount();
  usePageTitle(t("operator.title"));
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Anchor component={Link} to="/" underline="never" aria-label={t("operator.back")}>
          <Wordmark size={26} />
        </Anchor>
        <PreferencesMenu />
      </header>
      <main className={classes.main}>
        {account?.isOperator === true ? (
          <Page title={t("operator.title")} lead={t("operator.lead")}>
            <BackupsSection />
            <JobsSections />
            <ConsumersSection />
            <SeriesSection />
          </Page>
        ) : (
          <EmptyState
            page
            icon={IconLock}
            title={t("operator.notYou")}
            action={
              <Button component={Link} to="/">
                {t("operator.back")}
              </Button>
            }
          >
            {t("operator.notYouText")}
          </EmptyState>
        )}
      </main>
    </div>
  );
}
