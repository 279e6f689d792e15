import { useContext } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/engine/react";
import { useFormats } from "@/ui/language/formats";
import { InlineText } from "@/ui/record/InlineText";
import { PendingDot } from "@/ui/record/PendingDot";
import page from "@/ui/record/page/page.module.css";
import { RowMenu } from "@/ui/record/page/RowMenu";
import { usePersonOf } from "@/ui/record/people";
import { Refusal } from "@/ui/record/Refusal";
import { Locked, useField } from "@/ui/record/useField";
import { useName } from "@/ui/record/words";
import { NoteIcon } from "./NoteIcon";
import type { Note } from "./notes";

/** One note, call, mail or meeting: what, with whom, when, and who wrote it down. */
export function NoteEntry({ note }: { readonly note: Note }) {
  const { t } = useTranslation();
  const { can } = useMe();
  const { dateTime } = useFormats();
  const personOf = usePersonOf();
  const isLocked = useContext(Locked);
  const text = useField(note, "text");
  const { kind, contact, at } = note.values;
  const contactName = useName("solo.contact", contact);
  const kindName = t(`records.solo.note.kind.${kind}`);

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
      <RowMenu record={note} name={kindName} canRemove={can("solo.note.delete") && !isLocked} />
      <div className={page.saidText}>
        <InlineText field={text} label={kindName} placeholder={t("notes.write")} lines />
        {text.letter !== null && <Refusal letter={text.letter} />}
      </div>
    </li>
  );
}
