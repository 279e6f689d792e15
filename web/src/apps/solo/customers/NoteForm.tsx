import { Button, SegmentedControl, Select, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { newId } from "@/engine/ids";
import { create } from "@/engine/operations";
import { useEngine } from "@/engine/react";
import type { View } from "@/engine/types";
import { useActions } from "@/ui/actions/registry";
import { useProblemText } from "@/ui/feedback/problemText";
import { sendText } from "@/ui/record/page/actions";
import page from "@/ui/record/page/page.module.css";
import { type Complaint, validate } from "@/ui/record/validate";
import { type NoteKind, noteKinds } from "./notes";
import classes from "./notes.module.css";
import { useOf } from "./useOf";

/** Writes down what was just said; when it was not just now, and with whom, can be told. */
export function NoteForm({ customer }: { readonly customer: View<"solo.customer"> }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const problemText = useProblemText();
  const contacts = useOf("solo.contact", customer.id);
  const [kind, setKind] = useState<NoteKind>("note");
  const [text, setText] = useState("");
  const [at, setAt] = useState("");
  const [contact, setContact] = useState<string | null>(null);
  const [complaint, setComplaint] = useState<Complaint | null>(null);

  useActions([sendText], undefined);

  function send(event?: FormEvent): void {
    event?.preventDefault();
    const said = text.trim();
    const fault = said === "" ? null : validate("solo.note", "text", said);
    setComplaint(fault);
    if (said === "" || fault !== null) return;
    const when = (at === "" ? new Date() : new Date(at)).toISOString();
    const values = {
      customer: customer.id,
      kind,
      at: when,
      text: said,
      ...(contact !== null && { contact }),
    };
    engine.transact([create("solo.note", newId(), values)]);
    setText("");
    setAt("");
  }

  return (
    <form className={page.compose} onSubmit={send}>
      <Textarea
        aria-label={t("notes.write")}
        placeholder={t("notes.write")}
        autosize
        minRows={2}
        maxRows={14}
        value={text}
        error={complaint && problemText(complaint)}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
        }}
      />
      <div className={page.composeEnd}>
        <div className={classes.more}>
          <SegmentedControl
            size="xs"
            aria-label={t("notes.kind")}
            value={kind}
            onChange={setKind}
            data={noteKinds.map((value) => ({ value, label: t(`records.solo.note.kind.${value}`) }))}
          />
          <TextInput
            size="xs"
            type="datetime-local"
            aria-label={t("records.solo.note.fields.at")}
            value={at}
            onChange={(event) => setAt(event.currentTarget.value)}
          />
          {contacts.length > 0 && (
            <Select
              size="xs"
              w="10rem"
              aria-label={t("records.solo.note.fields.contact")}
              placeholder={t("notes.withWhom")}
              clearable
              clearButtonProps={{ "aria-label": t("record.clear") }}
              data={contacts.map(({ id, values }) => ({ value: id, label: values.name }))}
              value={contact}
              onChange={setContact}
            />
          )}
        </div>
        <Button type="submit" disabled={text.trim() === ""}>
          {t("notes.save")}
        </Button>
      </div>
    </form>
  );
}
