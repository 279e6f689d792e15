import { Button, Skeleton, Text } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type AccessToken, api } from "@/engine/api";
import { ConfirmDialog } from "@/ui/feedback/ConfirmDialog";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { useFormats } from "@/ui/language/formats";
import { Section } from "@/ui/layout/Page";
import { Row, Rows } from "@/ui/layout/Rows";
import { TokenDialog } from "./TokenDialog";
import { useAsked } from "./useAsked";

/** What programs get in with in my name. */
export function TokensSection() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { answer: tokens, problem, act } = useAsked(api.tokens);
  const [makes, setMakes] = useState(false);
  const [ending, setEnding] = useState<AccessToken | null>(null);
  return (
    <Section title={t("account.tokens.title")} lead={t("account.tokens.lead")}>
      <Trouble mt="sm" text={problem && problemText(problem)} />
      {tokens === null && problem === null && <Skeleton h={56} mt="sm" radius="md" />}
      {tokens?.length === 0 && (
        <Text fz="md" c="dimmed" mt="sm">
          {t("account.tokens.none")}
        </Text>
      )}
      {tokens !== null && tokens.length > 0 && (
        <Rows label={t("account.tokens.title")}>
          {tokens.map((token) => (
            <TokenRow key={token.id} token={token} onEnd={() => setEnding(token)} />
          ))}
        </Rows>
      )}
      <Button variant="default" mt="sm" onClick={() => setMakes(true)}>
        {t("account.tokens.add")}
      </Button>
      <TokenDialog
        opened={makes}
        onClose={() => setMakes(false)}
        make={api.makeToken}
        onMade={() => void act(async () => undefined)}
      />
      <ConfirmDialog
        opened={ending !== null}
        onClose={() => setEnding(null)}
        title={t("account.tokens.endTitle", { name: ending?.name ?? "" })}
        text={t("account.tokens.endText")}
        confirm={t("account.tokens.end")}
        onConfirm={() => void act(async () => ending && api.endToken(ending.id))}
      />
    </Section>
  );
}

function TokenRow({ token, onEnd }: { readonly token: AccessToken; readonly onEnd: () => void }) {
  const { t } = useTranslation();
  const { ago, day } = useFormats();
  const { name, usedAt, refreshBy, expiresAt } = token;
  const used = usedAt === null ? t("account.tokens.unused") : t("account.tokens.used", { ago: ago(usedAt) });
  return (
    <Row
      start={<IconKey size={20} aria-hidden color="var(--mantine-color-dimmed)" />}
      name={name}
      detail={`${used} · ${t("account.tokens.until", { day: day(refreshBy), last: day(expiresAt) })}`}
      end={
        <Button
          variant="default"
          size="xs"
          aria-label={t("account.tokens.endTitle", { name })}
          onClick={onEnd}
        >
          {t("account.tokens.end")}
        </Button>
      }
    />
  );
}
