import { ActionIcon } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useContext } from "react";
import { useTranslation } from "react-i18next";
import { remove } from "@/engine/operations";
import { useEngine, useMe } from "@/engine/react";
import { useFormats } from "@/ui/language/formats";
import { InlineText } from "@/ui/record/InlineText";
import { PendingDot } from "@/ui/record/PendingDot";
import page from "@/ui/record/page/page.module.css";
import { usePersonOf } from "@/ui/record/people";
import { Refusal } from "@/ui/record/Refusal";
import { Locked, useField } from "@/ui/record/useField";
import { useTakeBack } from "@/ui/record/useTakeBack";
import { useName } from "@/ui/record/words";
import { NoteIcon } from "./NoteIcon";
import type { Note } from "./notes";

/** One note, call, mail or meeting: what, with whom, when, and who wrote it down. */
export function NoteEntry({ note }: { readonly note: Note }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { can } = useMe();
  const { dateTime } = useFormats();
  const { offer } = useTakeBack();
  const personOf = usePersonOf();
  const isLocked = useContext(Locked);
  const text = useField(note, "text");
  const { kind, contact, at } = note.values;
  const contactName = useName("solo.contact", contact);
  const kindName = t(`records.solo.note.kind.${kind}`);

  const removeIt = () => offer(t("notes.removed"), engine.transact([remove("solo.note", note.id)]).id);

  return (
    <li className={page.said}>
      <NoteIcon kind={kind} />
      <div className={page.saidHead}>
        <span className={page.who}>
          {contact === null
            ? kindName
            : t("notes.with", {
                kind: kindName,
                name: contactName ?? t("people.someone"),
              })}
        </span>
        <time className={page.when} dateTime={at}>
          {dateTime(at)}
        </time>
        <span className={page.when}>{personOf(note.createdBy).name}</span>
        {text.pending && <PendingDot />}
      </div>
      {can("solo.note.delete") && !isLocked && (
        <ActionIcon size="sm" aria-label={t("notes.remove", { kind: kindName })} onClick={removeIt}>
          <IconTrash size={14} aria-hidden />
        </ActionIcon>
      )}
      <div className={page.saidText}>
        <InlineText field={text} label={kindName} placeholder={t("notes.write")} lines />
        {text.letter !== null && <Refusal letter={text.letter} />}
      </div>
    </li>
  );
}
