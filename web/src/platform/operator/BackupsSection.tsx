import { Button, Code, Group, Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api, type BackupsState, type BackupTrial } from "@/engine/api";
import { Notice } from "@/ui/feedback/Notice";
import { Trouble } from "@/ui/feedback/Trouble";
import { useFormats } from "@/ui/language/formats";
import { Section } from "@/ui/layout/Page";
import { Row, Rows } from "@/ui/layout/Rows";
import { Pill } from "@/ui/Pill";
import classes from "./OperatorPage.module.css";
import { useOperatorState } from "./useOperatorState";

const flag = "--backup";

/** Where backups go, what the newest are, and whether they were seen to restore. */
export function BackupsSection() {
  const { t } = useTranslation();
  const { state, isWaiting, act } = useOperatorState(api.operatorBackups);
  return (
    <Section title={t("operator.backups")} lead={t("operator.backupsLead")}>
      {isWaiting && <Skeleton h={56} mt="sm" radius="md" />}
      {state?.place === null && (
        <Notice mt="sm" title={t("operator.noBackups")}>
          {t("operator.noBackupsText")} <Code>{flag}</Code>
        </Notice>
      )}
      {state !== null && state.place !== null && (
        <Kept
          state={state}
          onMake={() => act(() => api.makeBackup())}
          onTry={() => act(() => api.tryBackup())}
        />
      )}
    </Section>
  );
}

interface KeptProps {
  readonly state: Extract<BackupsState, { place: string }>;
  readonly onMake: () => void;
  readonly onTry: () => void;
}

function Kept({ state, onMake, onTry }: KeptProps) {
  const { t } = useTranslation();
  const { ago, bytes, duration, number } = useFormats();
  const tried = ({ backup, triedAt, restoreSeconds, age, entries }: BackupTrial) =>
    restoreSeconds === 0
      ? t("operator.notRestored", { ago: ago(triedAt), backup })
      : t("operator.tried", {
          ago: ago(triedAt),
          took: duration(restoreSeconds),
          age: duration(age),
          entries: number(entries),
        });
  const { place, keepDays, trouble, backups, trial } = state;
  const isSound = trial !== null && trial.findings === 0;
  return (
    <>
      <Trouble mt="sm" text={trouble} />
      <Rows label={t("operator.backups")}>
        <Row
          name={place}
          detail={
            backups[0] === undefined
              ? t("operator.noneYet")
              : t("operator.newest", {
                  ago: ago(backups[0].finishedAt),
                  size: bytes(backups[0].bytes),
                  days: number(keepDays),
                })
          }
          end={<Pill tone={backups.length === 0 ? "amber" : "green"}>{number(backups.length)}</Pill>}
        />
        <Row
          name={t("operator.trial")}
          detail={trial === null ? t("operator.neverTried") : tried(trial)}
          note={trial !== null && !isSound && <Findings trial={trial} />}
          end={
            <Pill tone={trial === null ? "amber" : isSound ? "green" : "red"}>
              {trial === null
                ? t("operator.untried")
                : isSound
                  ? t("operator.sound")
                  : t("operator.notSound")}
            </Pill>
          }
        />
      </Rows>
      <Group gap="xs" mt="sm">
        <Button variant="default" size="xs" onClick={onMake}>
          {t("operator.makeBackup")}
        </Button>
        <Button variant="default" size="xs" onClick={onTry} disabled={backups.length === 0}>
          {t("operator.tryBackup")}
        </Button>
      </Group>
    </>
  );
}

/** What was not sound about it, in the server's words; of many the first. */
function Findings({ trial: { findings, found } }: { readonly trial: BackupTrial }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  return (
    <>
      {findings > found.length &&
        t("operator.findings", { shown: number(found.length), all: number(findings) })}
      {found.map((finding) => (
        <code key={finding} className={classes.error} dir="auto">
          {finding}
        </code>
      ))}
    </>
  );
}
