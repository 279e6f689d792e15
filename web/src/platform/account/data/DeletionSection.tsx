import { Anchor, Box, Button, List, Skeleton, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Consequences } from "@/engine/api";
import { Notice } from "@/ui/feedback/Notice";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { useFormats } from "@/ui/language/formats";
import { Section } from "@/ui/layout/Page";
import { useAsked } from "../security/useAsked";
import { DeletionDialog } from "./DeletionDialog";

/** How I go for good; what stands in the way is said before. */
export function DeletionSection() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { answer, problem } = useAsked(api.foreseeDeletion);
  const [asks, setAsks] = useState(false);
  const isBlocked = answer !== null && (answer.blocking.length > 0 || answer.isLastOperator);
  return (
    <Section
      title={t("account.deletion.title")}
      lead={t("account.deletion.lead", { count: answer?.days ?? 14 })}
    >
      <Trouble mt="sm" text={problem && problemText(problem)} />
      {answer === null && problem === null && <Skeleton h={56} mt="sm" radius="md" />}
      {answer !== null && isBlocked && (
        <Box mt="sm">
          <Blocked {...answer} />
        </Box>
      )}
      {answer !== null && answer.going.length > 0 && <Going going={answer.going} />}
      <Button variant="default" mt="sm" disabled={answer === null || isBlocked} onClick={() => setAsks(true)}>
        {t("account.deletion.begin")}
      </Button>
      {answer !== null && <DeletionDialog opened={asks} onClose={() => setAsks(false)} {...answer} />}
    </Section>
  );
}

/** What others need from me first, each with the way to it. */
function Blocked({ blocking, isLastOperator }: Consequences) {
  const { t } = useTranslation();
  return (
    <Notice title={t("account.deletion.blocked")}>
      <List fz="md" spacing={4}>
        {blocking.map(({ id, name }) => (
          <List.Item key={id}>
            {t("account.deletion.blockedBy", { name })}{" "}
            <Anchor
              inherit
              underline="always"
              renderRoot={(props) => (
                <Link to="/w/$workspaceId/people" params={{ workspaceId: id }} {...props} />
              )}
            >
              {t("account.deletion.handOver")}
            </Anchor>
          </List.Item>
        ))}
        {isLastOperator && <List.Item>{t("account.deletion.lastOperator")}</List.Item>}
      </List>
    </Notice>
  );
}

function Going({ going }: Pick<Consequences, "going">) {
  const { t } = useTranslation();
  const { list } = useFormats();
  return (
    <Text fz="md" mt="sm">
      {t("account.deletion.going", { names: list(going.map(({ name }) => name)), count: going.length })}
    </Text>
  );
}
