import { Button, Skeleton } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { permissionTo } from "@/engine/metadata";
import type { Value } from "@/engine/protocol";
import { useMe } from "@/engine/react";
import type { HistoryEntry } from "@/engine/recordsApi";
import type { View } from "@/engine/types";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { useFormats } from "@/ui/language/formats";
import { PersonAvatar } from "@/ui/people/PersonAvatar";
import { usePersonOf } from "../people";
import { Change } from "./Change";
import { PutBackDialog } from "./PutBackDialog";
import classes from "./page.module.css";
import { useHistory } from "./useHistory";
import { usePutBack } from "./usePutBack";

/** All that happened to a record: who, when, which field, what it was before and after; and the way back to each. */
export function History({ record }: { readonly record: View }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { entries, more, trouble, older, again } = useHistory(record);
  const { can } = useMe();
  const putBack = usePutBack(record);
  const mayPutBack = can(permissionTo("update", record.type));
  if (entries === null && trouble === null)
    return (
      <div role="status" aria-label={t("common.loading")} className={classes.thread}>
        <Skeleton h={14} w="60%" />
        <Skeleton h={14} w="45%" />
        <Skeleton h={14} w="52%" />
      </div>
    );
  return (
    <>
      {trouble !== null && (
        <>
          <Trouble
            mt="md"
            text={trouble.code === "network.unreachable" ? t("history.offline") : problemText(trouble)}
          />
          <Button variant="default" size="compact-md" mt="sm" onClick={again}>
            {t("record.retry")}
          </Button>
        </>
      )}
      <ol className={classes.thread} aria-label={t("history.title")}>
        {entries?.map((entry, index) => (
          <Entry
            key={entry.version}
            record={record}
            entry={entry}
            onPutBack={
              mayPutBack && index > 0 && entry.kind !== "delete" ? () => void putBack.ask(entry) : null
            }
          />
        ))}
      </ol>
      {more && (
        <Button variant="default" size="compact-md" mt="md" onClick={older}>
          {t("history.older")}
        </Button>
      )}
      <PutBackDialog record={record} {...putBack} />
    </>
  );
}

interface EntryProps {
  readonly record: View;
  readonly entry: HistoryEntry;
  readonly onPutBack: (() => void) | null;
}

function Entry({ record, entry, onPutBack }: EntryProps) {
  const { t } = useTranslation();
  const { ago, dateTime } = useFormats();
  const personOf = usePersonOf();
  const who = personOf(entry.by);
  // Of what a record was made with, what is empty says nothing.
  const fields = entry.fields.filter(({ after, before }) => !isEmpty(after) || !isEmpty(before));
  return (
    <li className={classes.said}>
      <PersonAvatar person={who} size={24} bare />
      <div className={classes.saidHead}>
        <span className={classes.who}>{who.name}</span>
        <span>{t(`history.kinds.${entry.kind}`)}</span>
        <time className={classes.when} dateTime={entry.at} title={dateTime(entry.at)}>
          {ago(entry.at)}
        </time>
      </div>
      {onPutBack !== null && (
        <Button
          variant="subtle"
          size="compact-xs"
          color="gray"
          leftSection={<IconArrowBackUp size={14} aria-hidden />}
          aria-label={t("history.putBackHere", { when: dateTime(entry.at) })}
          onClick={onPutBack}
        >
          {t("history.putBack")}
        </Button>
      )}
      {entry.kind !== "delete" && (
        <ul className={classes.changes}>
          {fields.map((change) => (
            <Change key={change.field} record={record} change={change} made={entry.kind !== "set"} />
          ))}
        </ul>
      )}
    </li>
  );
}

const isEmpty = (value: Value | undefined) =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);
