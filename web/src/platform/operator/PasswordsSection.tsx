import { useTranslation } from "react-i18next";
import { api } from "@/engine/api";
import { useFormats } from "@/ui/language/formats";
import { Section } from "@/ui/layout/Page";
import { Row, Rows } from "@/ui/layout/Rows";
import { useOperatorState } from "./useOperatorState";

/** What it costs this machine to check a password, and so how many sign-ins it bears. */
export function PasswordsSection() {
  const { t } = useTranslation();
  const { bytes, number } = useFormats();
  const { state } = useOperatorState(api.operatorPasswords);
  return (
    <Section title={t("operator.passwords")} lead={t("operator.passwordsLead")}>
      {state !== null && (
        <Rows label={t("operator.passwords")}>
          <Row
            name={t("operator.hash", {
              memory: bytes(state.memoryKiB * 1024),
              passes: number(state.passes),
            })}
            detail={t("operator.hashTook", {
              took: number(Math.round(state.milliseconds * 10) / 10),
              each: number(Math.round(state.perSecondAndCore)),
              cores: number(state.cores),
            })}
          />
        </Rows>
      )}
    </Section>
  );
}
