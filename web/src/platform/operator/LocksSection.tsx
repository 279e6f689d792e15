import { Button, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api } from "@/engine/api";
import { useFormats } from "@/ui/language/formats";
import { Section } from "@/ui/layout/Page";
import { Row, Rows } from "@/ui/layout/Rows";
import { useOperatorState } from "./useOperatorState";

/** Out of whose account somebody is locked, because a wrong password was tried too often, and the way back in. */
export function LocksSection() {
  const { t } = useTranslation();
  const { duration } = useFormats();
  const { state, act } = useOperatorState(api.operatorLocks);
  return (
    <Section title={t("operator.locks")} lead={t("operator.locksLead")}>
      {state?.length === 0 && (
        <Text c="dimmed" size="sm">
          {t("operator.noLocks")}
        </Text>
      )}
      {state !== null && state.length > 0 && (
        <Rows label={t("operator.locks")}>
          {state.map(({ user, name, email, seconds }) => (
            <Row
              key={user}
              name={name}
              detail={`${email} · ${t("operator.lockedFor", { time: duration(seconds) })}`}
              end={
                <Button
                  variant="default"
                  size="xs"
                  onClick={() => act(() => api.unlockUser(user))}
                  aria-label={t("operator.unlockOne", { name })}
                >
                  {t("operator.unlock")}
                </Button>
              }
            />
          ))}
        </Rows>
      )}
    </Section>
  );
}
