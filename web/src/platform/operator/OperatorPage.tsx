import { Button, Stack } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { SignOutLink } from "@/platform/identity/SignOutLink";
import { refreshAccount, useAccount } from "@/platform/identity/session";
import { EmptyState } from "@/ui/feedback/EmptyState";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { BarePage } from "@/ui/layout/BarePage";
import { Page } from "@/ui/layout/Page";
import { usePageTitle } from "@/ui/layout/usePageTitle";
import type { Complaint } from "@/ui/record/validate";
import { useWhileSeen } from "@/ui/useWhileSeen";
import { BackupsSection } from "./BackupsSection";
import { ConsumersSection } from "./ConsumersSection";
import { EventsSection } from "./EventsSection";
import { JobsSections } from "./JobsSections";
import { LocksSection } from "./LocksSection";
import { PasswordsSection } from "./PasswordsSection";
import { SeriesSection } from "./SeriesSection";
import { Troubles } from "./useOperatorState";

/** How the server stands, for whoever runs it. It lies outside all workspaces. */
export function OperatorPage() {
  const { t } = useTranslation();
  const account = useAccount();
  usePageTitle(t("operator.title"));
  // The right to this page may come and go while somebody looks at it.
  useWhileSeen(freshAccount, pauseMs);
  return (
    <BarePage end={<SignOutLink />}>
      {account?.isOperator === true ? (
        <Page title={t("operator.title")} lead={t("operator.lead")}>
          <Sections />
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
    </BarePage>
  );
}

/** All parts of the page; what stands in the way of several is said once. */
function Sections() {
  const problemText = useProblemText();
  const [problems, setProblems] = useState<ReadonlyMap<unknown, Complaint>>(new Map());
  const say = useCallback(
    (part: unknown, problem: Complaint | null) =>
      setProblems((before) => {
        const next = new Map(before);
        next.delete(part);
        return problem === null ? next : next.set(part, problem);
      }),
    [],
  );
  const texts = new Set([...problems.values()].map(problemText));
  return (
    <Troubles value={say}>
      <Stack gap="xs">
        {[...texts].map((text) => (
          <Trouble key={text} text={text} />
        ))}
      </Stack>
      <BackupsSection />
      <JobsSections />
      <ConsumersSection />
      <SeriesSection />
      <LocksSection />
      <PasswordsSection />
      <EventsSection />
    </Troubles>
  );
}

const pauseMs = 5_000;
const freshAccount = () => void refreshAccount();
