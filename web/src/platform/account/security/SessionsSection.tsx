import { Button, Skeleton } from "@mantine/core";
import { IconDeviceDesktop, IconDeviceMobile } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Session } from "@/engine/api";
import { addressText, useAgentText } from "@/platform/security/callers";
import { ConfirmDialog } from "@/ui/feedback/ConfirmDialog";
import { useProblemText } from "@/ui/feedback/problemText";
import { toast } from "@/ui/feedback/Toast";
import { Trouble } from "@/ui/feedback/Trouble";
import { useFormats } from "@/ui/language/formats";
import { Section } from "@/ui/layout/Page";
import { Row, Rows } from "@/ui/layout/Rows";
import { Pill } from "@/ui/Pill";
import { useAsked } from "./useAsked";

/** The browsers in which I am signed in, and how I end that. */
export function SessionsSection() {
  const { t, i18n } = useTranslation();
  const problemText = useProblemText();
  const { answer: sessions, problem, act } = useAsked(api.sessions);
  const [asksAll, setAsksAll] = useState(false);
  const others = sessions?.filter(({ isThis }) => !isThis).length ?? 0;

  async function endOthers(): Promise<void> {
    if (await act(api.endOtherSessions)) toast({ text: i18n.t("account.sessions.othersEnded") });
  }

  return (
    <Section title={t("account.sessions.title")} lead={t("account.sessions.lead")}>
      <Trouble mt="sm" text={problem && problemText(problem)} />
      {sessions === null && problem === null && <Skeleton h={56} mt="sm" radius="md" />}
      {sessions !== null && (
        <Rows label={t("account.sessions.title")}>
          {sessions.map((session) => (
            <SessionRow
              key={session.id}
              session={session}
              onEnd={() => void act(() => api.endSession(session.id))}
            />
          ))}
        </Rows>
      )}
      {others > 0 && (
        <Button variant="default" mt="sm" onClick={() => setAsksAll(true)}>
          {t("account.sessions.endOthers")}
        </Button>
      )}
      <ConfirmDialog
        opened={asksAll}
        onClose={() => setAsksAll(false)}
        title={t("account.sessions.endOthers")}
        text={t("account.sessions.endOthersText")}
        confirm={t("account.sessions.endOthersConfirm")}
        onConfirm={() => void endOthers()}
      />
    </Section>
  );
}

function SessionRow({ session, onEnd }: { readonly session: Session; readonly onEnd: () => void }) {
  const { t } = useTranslation();
  const { ago } = useFormats();
  const { address, lastUsedAt, isThis } = session;
  const agent = useAgentText()(session.agent);
  const Kind = /iOS|Android/u.test(session.agent) ? IconDeviceMobile : IconDeviceDesktop;
  return (
    <Row
      start={<Kind size={20} aria-hidden color="var(--mantine-color-dimmed)" />}
      name={agent}
      detail={t("account.sessions.detail", { address: addressText(address), ago: ago(lastUsedAt) })}
      end={
        isThis ? (
          <Pill tone="green">{t("account.sessions.this")}</Pill>
        ) : (
          <Button
            variant="default"
            size="xs"
            aria-label={t("account.sessions.endOne", { agent })}
            onClick={onEnd}
          >
            {t("account.sessions.end")}
          </Button>
        )
      }
    />
  );
}
