import { Select, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useContext, useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/engine/react";
import type { View } from "@/engine/types";
import { foldedWords } from "@/ui/language/fold";
import { quoted } from "@/ui/list/filters";
import { BeyondWindow } from "@/ui/record/BeyondWindow";
import page from "@/ui/record/page/page.module.css";
import { Locked } from "@/ui/record/useField";
import { NoteEntry } from "./NoteEntry";
import { NoteForm } from "./NoteForm";
import { type Note, type NoteKind, noteKinds, notesFound } from "./notes";
import classes from "./notes.module.css";
import { useOf } from "./useOf";

interface Props {
  readonly customer: View<"solo.customer">;
  readonly notes: readonly Note[];
}

/** All that was said to a customer and noted of one, as one timeline that can be searched. */
export function CustomerNotes({ customer, notes }: Props) {
  const { t } = useTranslation();
  const { can } = useMe();
  const contacts = useOf("solo.contact", customer.id);
  const isLocked = useContext(Locked);
  const [query, setQuery] = useState("");
  const [kind, setKind] = useState<NoteKind | null>(null);
  const wanted = useDeferredValue(query);
  const found = useMemo(() => {
    const names = new Map(contacts.map(({ id, values }) => [id, values.name]));
    return notesFound(notes, wanted, kind, ({ values }) => names.get(values.contact ?? "") ?? "");
  }, [notes, wanted, kind, contacts]);
  return (
    <>
      {can("solo.note.create") && !isLocked && <NoteForm customer={customer} />}
      {notes.length === 0 ? (
        <p className={page.empty}>{t("notes.empty")}</p>
      ) : (
        <>
          <div className={classes.search}>
            <TextInput
              size="sm"
              type="search"
              aria-label={t("notes.search")}
              placeholder={t("notes.search")}
              leftSection={<IconSearch size={16} aria-hidden />}
              value={query}
              onChange={(event) => setQuery(event.currentTarget.value)}
            />
            <Select
              size="sm"
              aria-label={t("notes.kind")}
              placeholder={t("notes.all")}
              clearable
              clearButtonProps={{ "aria-label": t("notes.all") }}
              data={noteKinds.map((value) => ({ value, label: t(`records.solo.note.kind.${value}`) }))}
              value={kind}
              onChange={(value) => setKind(value as NoteKind | null)}
            />
          </div>
          <BeyondWindow
            type="solo.note"
            query={[`customer:${customer.id}`, ...foldedWords(wanted).map(quoted)].join(" ")}
          />
          {found.length === 0 && <p className={page.empty}>{t("notes.none")}</p>}
          <ol className={page.thread} aria-label={t("customers.tabs.notes")}>
            {found.map((note) => (
              <NoteEntry key={note.id} note={note} />
            ))}
          </ol>
        </>
      )}
    </>
  );
}
