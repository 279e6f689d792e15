import { ActionIcon, Button, Textarea } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { newId } from "@/engine/ids";
import { create, remove } from "@/engine/operations";
import { useEngine, useMe, useRecords } from "@/engine/react";
import type { View } from "@/engine/types";
import { useActions } from "@/ui/actions/registry";
import { useProblemText } from "@/ui/feedback/problemText";
import { useFormats } from "@/ui/language/formats";
import { PersonAvatar } from "@/ui/people/PersonAvatar";
import { InlineText } from "../InlineText";
import { PendingDot } from "../PendingDot";
import { usePersonOf } from "../people";
import { Refusal } from "../Refusal";
import { Locked, useField } from "../useField";
import { useTakeBack } from "../useTakeBack";
import { type Complaint, validate } from "../validate";
import { sendText } from "./actions";
import classes from "./page.module.css";

type Comment = View<"platform.comment">;

const none: readonly Comment[] = [];
const threads = new WeakMap<readonly Comment[], ReadonlyMap<string, readonly Comment[]>>();

/** All comments by the record that they are about: many rows ask, and one looks. */
function threadsOf(all: readonly Comment[]): ReadonlyMap<string, readonly Comment[]> {
  const known = threads.get(all);
  if (known !== undefined) return known;
  const found = new Map<string, Comment[]>();
  for (const comment of all) {
    const about = `${comment.values.recordType} ${comment.values.record}`;
    found.set(about, [...(found.get(about) ?? []), comment]);
  }
  threads.set(all, found);
  return found;
}

/** What people said about a record, the oldest first. */
export function useComments({ type, id }: Pick<View, "type" | "id">): readonly Comment[] {
  return threadsOf(useRecords("platform.comment")).get(`${type} ${id}`) ?? none;
}

/** The thread of a record: what people say about it, with a place for more. */
export function Comments({ record }: { readonly record: View }) {
  const { t } = useTranslation();
  const comments = useComments(record);
  const { can } = useMe();
  return (
    <>
      {comments.length === 0 && <p className={classes.empty}>{t("comments.empty")}</p>}
      <ol className={classes.thread} aria-label={t("comments.title")}>
        {comments.map((comment) => (
          <Said key={comment.id} comment={comment} />
        ))}
      </ol>
      {can("platform.comment.create") && <Compose record={record} />}
    </>
  );
}

function Said({ comment }: { readonly comment: Comment }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { me, can } = useMe();
  const { ago, dateTime } = useFormats();
  const { offer } = useTakeBack();
  const personOf = usePersonOf();
  const author = useRecords("access.member").find(({ id }) => id === comment.values.author);
  const who = personOf(author?.values.user ?? comment.createdBy);
  const text = useField(comment, "text");
  const isMine = me?.member === comment.values.author;
  const mayRemove = isMine || ["owner", "admin", "moderator"].includes(me?.role ?? "");

  function removeIt(): void {
    offer(t("comments.removed"), engine.transact([remove("platform.comment", comment.id)]).id);
  }

  return (
    <li className={classes.said}>
      <PersonAvatar person={who} size={24} bare />
      <div className={classes.saidHead}>
        <span className={classes.who}>{who.name}</span>
        <time className={classes.when} dateTime={comment.createdAt} title={dateTime(comment.createdAt)}>
          {ago(comment.createdAt)}
        </time>
        {comment.state === "pending" && <PendingDot />}
      </div>
      {mayRemove && can("platform.comment.delete") && (
        <ActionIcon size="sm" aria-label={t("comments.remove", { name: who.name })} onClick={removeIt}>
          <IconTrash size={14} aria-hidden />
        </ActionIcon>
      )}
      <div className={classes.saidText}>
        {/* An archived record does not change; what is said about it may. */}
        <Locked value={!isMine}>
          <EditableText comment={comment} />
        </Locked>
        {text.letter !== null && <Refusal letter={text.letter} />}
      </div>
    </li>
  );
}

function EditableText({ comment }: { readonly comment: Comment }) {
  const { t } = useTranslation();
  const text = useField(comment, "text");
  return <InlineText field={text} label={t("comments.one")} placeholder={t("comments.write")} lines />;
}

function Compose({ record }: { readonly record: View }) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { me } = useMe();
  const problemText = useProblemText();
  const [text, setText] = useState("");
  const [complaint, setComplaint] = useState<Complaint | null>(null);

  useActions([sendText], undefined);

  function send(event?: FormEvent): void {
    event?.preventDefault();
    if (me === null || text.trim() === "") return;
    const said = text.trim();
    const fault = validate("platform.comment", "text", said);
    setComplaint(fault);
    if (fault !== null) return;
    const values = { recordType: record.type, record: record.id, author: me.member, text: said };
    engine.transact([create("platform.comment", newId(), values)]);
    setText("");
  }

  return (
    <form className={classes.compose} onSubmit={send}>
      <Textarea
        aria-label={t("comments.write")}
        placeholder={t("comments.write")}
        autosize
        minRows={2}
        maxRows={12}
        value={text}
        error={complaint && problemText(complaint)}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
        }}
      />
      <div className={classes.composeEnd}>
        <Button type="submit" disabled={text.trim() === "" || me === null}>
          {t("comments.send")}
        </Button>
      </div>
    </form>
  );
}
